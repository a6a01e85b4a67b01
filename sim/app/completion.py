"""`ladeplan completion SHELL`: a script that completes commands, scenarios, cities, settings and their values.

The names are written into the script, since asking ladeplan at every press of the key would take a second; only
scenarios and cities of the working folder are looked up.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.app.calibrate_words import OPTIONS as CALIBRATE_OPTIONS
from sim.app.calibrate_words import OVERWRITE
from sim.app.calibrate_words import choices as calibrate_choices
from sim.app.config import Place, load_study
from sim.app.explain import all_keys
from sim.app.overrides import group_names
from sim.app.paths import cities, config_files
from sim.app.schema import facts_of
from sim.app.where import scenario_files
from sim.errors import UnknownName

BASH = """\
# completion of ladeplan for bash: eval "$(ladeplan completion bash)"
_ladeplan() {{
  local line="${{COMP_LINE:0:COMP_POINT}}"
  local word="${{line##* }}" key values here=""
  if [[ "$word" == *=* ]]; then
    key="${{word%%=*}}"
    case "$key" in
      scenarios) values="{scenarios}"; [[ -d scenarios ]] && here="$(cd scenarios && printf '%s ' *.yaml)"
        values+=" ${{here//.yaml/}}";;
      city) values="{cities}"; [[ -d scenarios/cities ]] && values+=" $(cd scenarios/cities && printf '%s ' *)";;
{cases}
    esac
    [[ -d "configs/$key" ]] && here="$(cd "configs/$key" && printf '%s ' *.yaml)" && values+=" ${{here//.yaml/}}"
    values="${{values//\\*/}}"
    word="${{word#*=}}"
    COMPREPLY=($(compgen -W "$values" -- "$word"))
    [[ "$COMP_WORDBREAKS" == *=* ]] || COMPREPLY=("${{COMPREPLY[@]/#/$key=}}")
    return
  fi
  case "$line" in
    *" explain "*) COMPREPLY=($(compgen -W "{keys}" -- "$word")); return;;
    *" calibrate "*) COMPREPLY=($(compgen -W "{calibrate}" -- "$word"))
      [[ "${{COMPREPLY[0]}}" == *= ]] && compopt -o nospace 2>/dev/null; return;;
    *" completion "*) COMPREPLY=($(compgen -W "{shells}" -- "$word")); return;;
  esac
  values="{options} {settings}"
  [[ "$line" == *" "*" "* ]] || values+=" {commands}"
  COMPREPLY=($(compgen -W "$values" -- "$word"))
  [[ "${{COMPREPLY[0]}}" == *= ]] && compopt -o nospace 2>/dev/null
}}
complete -o default -F _ladeplan ladeplan
"""
ZSH = """\
# completion of ladeplan for zsh: eval "$(ladeplan completion zsh)"
autoload -U +X compinit && compinit
autoload -U +X bashcompinit && bashcompinit
{bash}"""
SHELLS = ("bash", "zsh")


def completion(shell: str, commands: Sequence[str], options: Sequence[str]) -> str:
    """The script for a shell; raises UnknownName for a shell that is not served."""
    if shell not in SHELLS:
        raise UnknownName("shell", shell, SHELLS)
    keys = all_keys(load_study())
    chosen = {group: _files(group) for group in group_names() if group != "scenarios"}
    chosen |= {key: list(facts_of(key).get("choices") or ()) for key in keys}
    own = calibrate_choices()
    places = list(Place.__dataclass_fields__)
    bash = BASH.format(
        scenarios=" ".join(sorted(scenario_files())),
        cities=" ".join(sorted(cities())),
        cases="\n".join(f'      {key}) values="{" ".join(names)}";;' for key, names in (chosen | own).items() if names),
        calibrate=" ".join([*(f"{key}=" for key in CALIBRATE_OPTIONS), OVERWRITE]),
        keys=" ".join(keys),
        settings=" ".join(f"{key}=" for key in sorted({*keys, *chosen, "scenarios", *places})),
        commands=" ".join(commands),
        options=" ".join(options),
        shells=" ".join(SHELLS),
    )
    return bash if shell == "bash" else ZSH.format(bash=bash)


def _files(group: str) -> list[str]:
    return sorted(config_files(group))
