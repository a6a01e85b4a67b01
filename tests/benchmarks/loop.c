/* The yardstick of the compiled engine: the event loop of a charging network in plain C, as one would write it for speed.

   It has the contract of an engine for workloads without informed drivers, shared sites, changes of the network and
   failed starts, and must give the same sessions. An event is a time and a code, rank plus number, as in
   `sim/simulation/events.py`; a binary heap gives the next. Queues are linked lists, in order of key, then of joining.
   What is noted down is what `sessions.Notes` asks for. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { SERVED = 0, BALKED = 2, OUT_OF_ORDER = 3, RENEGED = 4, NO_CHOICE = 6 };

#define LEAVE (3LL << 40)
#define RENEGE (5LL << 40)
#define ARRIVE (6LL << 40)
#define NUMBER ((1LL << 40) - 1)

typedef struct {
    double time_min;
    int64_t code;
} Event;

static inline int earlier(Event a, Event b) {
    return a.time_min < b.time_min || (a.time_min == b.time_min && a.code < b.code);
}

static inline void put(Event *heap, int64_t hole, Event event) {
    while (hole > 0) {
        int64_t parent = (hole - 1) / 2;
        if (!earlier(event, heap[parent])) break;
        heap[hole] = heap[parent];
        hole = parent;
    }
    heap[hole] = event;
}

static inline void drop(Event *heap, int64_t size) { /* the first of `size` + 1 events */
    int64_t hole = 0;
    Event last = heap[size];
    for (int64_t child = 1; child < size; child = 2 * hole + 1) {
        if (child + 1 < size && earlier(heap[child + 1], heap[child])) child++;
        if (!earlier(heap[child], last)) break;
        heap[hole] = heap[child];
        hole = child;
    }
    heap[hole] = last;
}

/* 0, or 1 where there was no memory. */
int simulate(int64_t n, int64_t k, int64_t stations, const double *arrival_min, const double *patience_min,
             const int32_t *choices, const double *detour_min, const int32_t *balk_at, const double *queue_key,
             const double *held_min, const int32_t *points, int8_t *outcome, int8_t *tries, int8_t *choice_of,
             int32_t *point_of, double *wait_min, double *start_min, double *end_min) {
    int64_t all_points = 0, size = 0, newcomer = 0;
    for (int64_t s = 0; s < stations; s++) all_points += points[s];
    /* One event is to come for each request, and each of its tries may have left a void one behind. */
    Event *heap = malloc((n * (k + 1) + 1) * sizeof(Event));
    double *joined_min = malloc((n + 1) * sizeof(double));
    int32_t *ahead = malloc((n + 1) * sizeof(int32_t)), *behind = malloc((n + 1) * sizeof(int32_t));
    int32_t *first = malloc((stations + 1) * sizeof(int32_t)), *last = malloc((stations + 1) * sizeof(int32_t));
    int32_t *free_points = malloc((stations + 1) * sizeof(int32_t)), *queueing = calloc(stations + 1, sizeof(int32_t));
    int32_t *first_point = malloc((stations + 1) * sizeof(int32_t)), *station_of = malloc((all_points + 1) * sizeof(int32_t));
    int8_t *taken = calloc(all_points + 1, 1);
    int failed = !heap || !joined_min || !ahead || !behind || !first || !last || !free_points || !queueing ||
                 !first_point || !station_of || !taken;
    if (failed) goto end;

    for (int64_t s = 0, point = 0; s < stations; s++) {
        first[s] = last[s] = -1;
        free_points[s] = points[s];
        first_point[s] = (int32_t)point;
        for (int32_t i = 0; i < points[s]; i++) station_of[point++] = (int32_t)s;
    }
    for (int64_t i = 0; i < n; i++) {
        tries[i] = choice_of[i] = 0;
        point_of[i] = -1;
        wait_min[i] = 0;
        start_min[i] = end_min[i] = joined_min[i] = NAN;
    }

    for (;;) {
        Event next;
        if (newcomer < n) {
            next = (Event){arrival_min[newcomer], ARRIVE + newcomer};
            if (size > 0 && earlier(heap[0], next)) {
                next = heap[0];
                drop(heap, --size);
            } else {
                newcomer++;
            }
        } else if (size > 0) {
            next = heap[0];
            drop(heap, --size);
        } else {
            break;
        }
        double now = next.time_min;
        int64_t driver = next.code & NUMBER, rank = next.code & ~NUMBER, moving = -1, plugging = -1;
        int32_t point = -1;
        int8_t reason = 0;

        if (rank == LEAVE) {
            outcome[driver] = SERVED;
            point = point_of[driver];
            int32_t s = station_of[point];
            plugging = first[s];
            if (plugging < 0) {
                taken[point] = 0;
                free_points[s]++;
            } else {
                first[s] = behind[plugging];
                if (first[s] >= 0) ahead[first[s]] = -1; else last[s] = -1;
                queueing[s]--;
                wait_min[plugging] += now - joined_min[plugging];
                joined_min[plugging] = NAN;
            }
        } else if (rank == RENEGE) {
            if (joined_min[driver] + patience_min[driver] != now) continue; /* void: that wait is over */
            int32_t s = choices[driver * k + choice_of[driver]], before = ahead[driver], after = behind[driver];
            if (before >= 0) behind[before] = after; else first[s] = after;
            if (after >= 0) ahead[after] = before; else last[s] = before;
            queueing[s]--;
            wait_min[driver] += now - joined_min[driver];
            joined_min[driver] = NAN;
            moving = driver;
            reason = RENEGED;
        } else {
            int64_t visit = driver * k + choice_of[driver];
            int32_t s = choices[visit];
            if (s < 0) {
                moving = driver;
                reason = NO_CHOICE;
            } else {
                tries[driver]++;
                if (free_points[s] > 0) {
                    for (point = first_point[s]; taken[point]; point++) {}
                    taken[point] = 1;
                    free_points[s]--;
                    plugging = driver;
                } else if (points[s] == 0) {
                    moving = driver;
                    reason = OUT_OF_ORDER;
                } else if (queueing[s] >= balk_at[visit]) {
                    moving = driver;
                    reason = BALKED;
                } else {
                    int32_t before = last[s];
                    joined_min[driver] = now;
                    while (before >= 0 && queue_key[(int64_t)before * k + choice_of[before]] > queue_key[visit])
                        before = ahead[before];
                    int32_t after = before >= 0 ? behind[before] : first[s];
                    ahead[driver] = before;
                    behind[driver] = after;
                    if (before >= 0) behind[before] = (int32_t)driver; else first[s] = (int32_t)driver;
                    if (after >= 0) ahead[after] = (int32_t)driver; else last[s] = (int32_t)driver;
                    queueing[s]++;
                    if (patience_min[driver] < INFINITY)
                        put(heap, size++, (Event){now + patience_min[driver], RENEGE + driver});
                }
            }
        }

        if (plugging >= 0) {
            point_of[plugging] = point;
            start_min[plugging] = now;
            end_min[plugging] = now + held_min[plugging * k + choice_of[plugging]];
            outcome[plugging] = 7; /* unfinished, until it leaves */
            if (end_min[plugging] < INFINITY) put(heap, size++, (Event){end_min[plugging], LEAVE + plugging});
        }
        if (moving >= 0) {
            int64_t choice = choice_of[moving] + 1;
            if (choice < k && choices[moving * k + choice] >= 0) {
                choice_of[moving] = (int8_t)choice;
                put(heap, size++, (Event){now + detour_min[moving * k + choice], ARRIVE + moving});
            } else {
                outcome[moving] = reason;
                end_min[moving] = now;
            }
        }
    }
end:
    free(heap); free(joined_min); free(ahead); free(behind); free(first); free(last);
    free(free_points); free(queueing); free(first_point); free(station_of); free(taken);
    return failed;
}
