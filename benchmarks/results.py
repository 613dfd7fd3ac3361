"""RESULTS.md and its charts, written from the history."""

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill

from benchmarks import tables
from benchmarks.chosen import Entry, chosen
from benchmarks.drawing import draw_charts
from benchmarks.tables import Table
from matcher.benchmarking import read_history

MEASURED = """
Measured {dates}, last at commit `{commit}`, on {processor}, {cores} cores, {memory} GiB, {load};
{versions}. Written by `python -m benchmarks results` from `history.jsonl`: change that, not this.
"""
MEANT = """
Ours is `matcher match` as its users run it, on two cores: from the start of the process and the
files of a round to a written result that the independent verifier has passed, memory included. The
gap is the widest over all levels of L1 and L2. Peers get the textbook model of the same round ready
in memory, and their clock starts there. What rounds and peers are: [README.md](README.md).
"""
SECTIONS = (
    (
        "What is aimed at, and what is reached",
        "Medians over the families, of each family over its seeds; beside them the worst family.",
        tables.aims,
    ),
    (
        "Each round",
        "Merit and bound summed over tiers; each as it was measured last, but for slow hours.",
        tables.quality,
    ),
    (
        "Against the others",
        "Ours and the peers as they were measured beside each other, in whatever hour: the gap that"
        " ours ends with, its seconds, and those to a gap of 0.1 %. Then after how many seconds a"
        " peer has proven what ours ends with, and how many times ours that is; or that it never"
        " did within its time, and the gap it ended at. For the ranked list, which proves nothing:"
        " its time, and its merit by ours.",
        tables.against,
    ),
    (
        "Where the time goes",
        "`start` is what no stage accounts for: starting Python, loading, leaving.",
        tables.stages,
    ),
    (
        "Growth",
        "The gap that is asked for gets wider from size to size: the exponents of seconds say how"
        " long a user waits and not what one gap costs.",
        tables.growth,
    ),
    ("A warm start", "After the largest budget has grown by 5 %.", tables.warm_starts),
)
CHARTS = {
    "Against the others": ("closing", "How the proven gap closes with time, ours and each peer's"),
    "Growth": ("growth", "Seconds and memory against pairs"),
}


def write_results(history: Path, out: Path) -> None:
    """Write RESULTS.md and `charts/` into a folder; raises ValueError where nothing is measured."""
    entries = chosen(read_history(history))
    if not entries:
        raise ValueError(f"{history} holds no full measurement.")
    drawn = draw_charts(entries, out / "charts")
    parts = [_head(entries)]
    for title, words, table in SECTIONS:
        header, rows = table(entries)
        if not rows:
            continue
        parts.append(f"## {title}\n\n{fill(words, 100)}\n\n{markdown((header, rows))}\n")
        name, said = CHARTS.get(title, ("", ""))
        if name in drawn:
            parts.append(f"![{said}](charts/{name}.svg)\n")
    (out / "RESULTS.md").write_text("\n".join(parts), encoding="utf-8", newline="\n")


def markdown(table: Table) -> str:
    """Give a table in Markdown, figures to the right."""
    header, rows = table
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [header, rule, *rows])


def _head(entries: Sequence[Entry]) -> str:
    days = sorted({entry["date"][:10] for entry in entries})
    loads = sorted(entry["machine"]["load"] for entry in entries)
    paces = sorted(e["machine"]["pace"] for e in entries if "pace" in e["machine"])
    pace = f" and a pace of {_range(paces, 'to')} s" if paces else ""
    last = max(entries, key=lambda entry: entry["date"])
    versions = ", ".join(f"{name} {number}" for name, number in last["versions"].items())
    measured = MEASURED.format(
        dates=_range(days, "to"),
        commit=last["commit"][:10] + ("+" if last["commit"].endswith("+") else ""),
        processor=" and ".join(sorted({entry["machine"]["processor"] for entry in entries})),
        cores=last["machine"]["cores"],
        memory=last["machine"]["memory_gib"],
        load=f"with a load of {_range(loads, 'to')} beside it{pace}",
        versions=versions,
    )
    paragraphs = (fill(words.strip(), 100, break_on_hyphens=False) for words in (measured, MEANT))
    return "\n\n".join(["# Results", *paragraphs]) + "\n"


def _range(values: Sequence[object], word: str) -> str:
    first, last = values[0], values[-1]
    return str(first) if first == last else f"{first} {word} {last}"
