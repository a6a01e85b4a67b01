"""Every text of pictures, page and workbook by key, and numbers as each language writes them.

To add a language, add a module with the same names and keys as `en` (a test compares them), name it in `LANGUAGES` and
give its marks in `sim.report.display`. Texts are plain: short sentences, no abbreviation without its meaning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

from sim.errors import UnknownName
from sim.report import display
from sim.report.words import de, en

# numbers as data writes them; the phrase book leaves them open
NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,])|(?<![\w.,])\d+(?:\.\d+)?(?!\w)")


@dataclass(frozen=True, eq=False)
class Words:
    """One language: its texts, and numbers with its marks.

    texts   : by key, with placeholders
    kpis    : what KPIs are called
    phrases : texts that come with the data in English, with {} for their numbers, in this language
    """

    language: str
    texts: Mapping[str, str]
    kpis: Mapping[str, str]
    phrases: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its values filled in.

        >>> ENGLISH("legend.within", m=300)
        'up to 300 m'
        """
        try:
            text = self.texts[key]
        except KeyError:
            raise UnknownName("text", key, self.texts) from None
        return text.format(**values)

    def has(self, key: str) -> bool:
        """Whether there is a text of that key."""
        return key in self.texts

    def kpi(self, kpi: str) -> str:
        """What a KPI is called on the page; its own name in plain letters where no text is given.

        >>> ENGLISH.kpi("p99_wait_min")
        'p99 wait min'
        """
        return self.kpis.get(kpi, kpi.replace("_", " "))

    def unit(self, unit: str) -> str:
        """A unit in words; shares need none, since they are shown in percent."""
        return self.texts.get(f"unit.{unit}", unit)

    def named(self, kind: str, name: str) -> str:
        """What a thing of some kind (use_case, view, component) is called; its own name where no text is given."""
        return self.texts.get(f"{kind}.{name}", name.replace("_", " "))

    def phrase(self, text: str) -> str:
        """A text that comes with the data; as it is where this language has no words for it.

        >>> GERMAN.phrase("out of effort: the limit of 3 rounds was reached")
        'der Aufwand war verbraucht: die Höchstzahl von 3 Runden war erreicht'
        """
        found = self.phrases.get(NUMBER.sub("{}", text))
        if found is None:
            return text
        numbers = [_with_marks(number, self.language) for number in NUMBER.findall(text)]
        return found.format(*numbers)

    def has_phrase(self, text: str) -> bool:
        """Whether a text that comes with the data is in this language."""
        return self.language == "en" or NUMBER.sub("{}", text) in self.phrases

    def number(self, value: float, unit: str = "", *, decimals: int | None = None) -> str:
        """As `display.format_number`."""
        return display.format_number(value, unit, language=self.language, decimals=decimals)

    def change(self, value: float, unit: str = "") -> str:
        """As `display.format_change`."""
        return display.format_change(value, unit, language=self.language)

    def interval(self, value: float, low: float, high: float, unit: str = "") -> str:
        """As `display.format_interval`."""
        return display.format_interval(value, low, high, unit, language=self.language)

    def change_interval(self, value: float, low: float, high: float, unit: str = "") -> str:
        """As `display.format_change_interval`."""
        return display.format_change_interval(value, low, high, unit, language=self.language)

    def amount(self, value: float, unit: str) -> str:
        """A number with its unit in words."""
        return f"{self.number(value, unit)} {self.unit(unit)}".strip()


def _with_marks(number: str, language: str) -> str:
    """A number as the data writes it, with the marks of a language.

    >>> _with_marks("2,200.5", "de"), _with_marks("2030", "de")
    ('2.200,5', '2030')
    """
    marks = display.MARKS[language]
    return number.replace(",", "\0").replace(".", marks["decimal"]).replace("\0", marks["thousands"])


def _language(code: str, module: ModuleType) -> Words:
    return Words(code, module.TEXTS, module.KPIS, module.PHRASES)


ENGLISH, GERMAN = _language("en", en), _language("de", de)
LANGUAGES: Mapping[str, Words] = {words.language: words for words in (ENGLISH, GERMAN)}


def words_of(language: str) -> Words:
    """The words of a language; `UnknownName` for one that has none."""
    try:
        return LANGUAGES[language]
    except KeyError:
        raise UnknownName("language", language, LANGUAGES) from None
