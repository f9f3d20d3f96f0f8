"""Steps that let nobody go on: each way through them ends the journey. Read from the file as it is written."""

from typing import Any

from domain.journey import raw
from domain.journey.language import HOLDOUT


def is_closed(step: Any) -> bool:
    """Whether every way through a step ends the journey; False for what is no step."""
    if not isinstance(step, dict):
        return False
    if "exit" in step:
        return True
    if "split" in step:
        return isinstance(step["split"], dict) and HOLDOUT not in step["split"] and _all_closed(_shares(step))
    if "wait_for" in step:
        timeout = [step.get("on_timeout")] if "timeout" in step else []
        return _all_closed([one.get("do") for _, one in raw.parts(step["wait_for"], ())] + timeout)
    if "verify" in step:
        return _all_closed([step.get("do"), step.get("on_timeout")])
    if "branch" in step:
        cases = [case for _, case in raw.parts(step["branch"], ())]
        return any("else" in case for case in cases) and _all_closed([one.get("do", one.get("else")) for one in cases])
    return _closes_by_its_block(step)


def _shares(step: raw.Raw) -> list[Any]:
    return list(step["do"].values()) if isinstance(step.get("do"), dict) else []


def _closes_by_its_block(step: raw.Raw) -> bool:
    """Of waits and repeats: a date that is missed, or laps that are over before the first, pass the block by."""
    if "repeat" in step:
        passed_by = not isinstance(step["repeat"], dict) or "until" in step["repeat"]
    else:
        passed_by = isinstance(step.get("wait"), dict) and step["wait"].get("if_past") in ("skip", "now")
    return not passed_by and _is_closed_block(step.get("do"))


def _all_closed(blocks: list[Any]) -> bool:
    return bool(blocks) and all(map(_is_closed_block, blocks))


def _is_closed_block(block: Any) -> bool:
    return isinstance(block, list) and any(map(is_closed, block))
