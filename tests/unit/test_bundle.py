"""Bundles: a result as one file, the same bytes each time, and what of it was damaged or forged."""

import json
import os
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random
from shutil import copytree
from zipfile import ZIP_LZMA, ZipFile, ZipInfo

import pytest

from matcher import Options, load_round, match
from matcher.domain import Round
from matcher.errors import UnusableFolder
from matcher.reading.limits import Limits
from matcher.regulation.library import installed, instead, pack_hash
from matcher.regulation.loading import load_pack
from matcher.scenarios.bundles.archive import InvalidBundle
from matcher.scenarios.bundles.bundle import Bundle, bundle_of, read_bundle, write_bundle
from matcher.scenarios.bundles.packs import pack_text
from matcher.scenarios.replays.replaying import replay
from matcher.writing.result_folder import RESULT_FILES, write_result
from matcher.writing.round_forms import write_round
from tests.unit.checked_rules import FACTS, a_round, outcome, pack, rule
from tests.unit.made_bundles import edited, members_of, remade, zipped

TINY = Path(__file__).parents[2] / "fixtures" / "golden" / "tiny"


@pytest.fixture(scope="module")
def round_() -> Round:
    return load_round(TINY)


@pytest.fixture(scope="module")
def folder(round_: Round, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the result folder of the tiny round, for reading only."""
    out = tmp_path_factory.mktemp("result") / "tiny"
    write_result(match(round_), out)
    return out


@pytest.fixture(scope="module")
def packed(round_: Round, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a bundle of that result, for reading only."""
    out = tmp_path_factory.mktemp("bundle") / "tiny.bundle.zip"
    write_bundle(bundle_of(round_, folder), out)
    return out


def refused(make: Callable[[], object]) -> list[tuple[str, str, str]]:
    """Give where, what value, and what is wrong, of each problem that a bundle is refused for."""
    with pytest.raises(InvalidBundle) as refusal:
        make()
    assert all(problem.remedy for problem in refusal.value.problems)
    return [(p.file, p.value, p.what) for p in refusal.value.problems]


def test_a_bundle_is_read_back_as_it_was_made(round_: Round, folder: Path, packed: Path) -> None:
    found = read_bundle(packed)
    assert found == bundle_of(round_, folder)
    assert set(found.result()) == set(RESULT_FILES)
    assert found.result()["awards.csv"] == (folder / "awards.csv").read_bytes()
    assert found.record.run_options("AZN") == Options(rule="max_merit")


def test_the_same_result_gives_the_same_bytes(
    round_: Round, folder: Path, packed: Path, tmp_path: Path
) -> None:
    write_bundle(bundle_of(round_, folder), tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == packed.read_bytes()
    with ZipFile(packed) as archive:
        assert archive.namelist() == sorted(archive.namelist())
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_round_of_a_bundle_is_the_same_round(packed: Path, tmp_path: Path) -> None:
    (tmp_path / "round.json").write_bytes(members_of(packed)["round.json"])
    assert load_round(tmp_path / "round.json") == load_round(TINY)


def test_a_result_of_another_round_is_refused(round_: Round, folder: Path) -> None:
    other = Round.model_validate({**round_.given(), "title": "Another"})
    found = refused(lambda: bundle_of(other, folder))
    assert [(file, value) for file, value, _ in found] == [("run.json", round_.content_hash[:12])]


def lawful(tmp_path: Path) -> tuple[Round, Path]:
    """Give a round under a made-up pack and its result; to be called where the pack stands."""
    judged = a_round(rule_packs=["xa"])
    write_result(match(judged), tmp_path / "lawful")
    return judged, tmp_path / "lawful"


LAW = pack([rule("XA-01", outcome("receiver.kind == bank"), effective="unknown")])


def test_a_result_judged_by_another_version_of_a_pack_is_refused_and_the_pack_named(
    tmp_path: Path,
) -> None:
    with instead({"xa": LAW}):
        judged, result = lawful(tmp_path)
        assert bundle_of(judged, result).manifest.packs[0].hash == pack_hash(LAW)
    other = pack([rule("XA-01", outcome("receiver.kind == fund"))])
    with instead({"xa": other}):
        ((file, value, what),) = refused(lambda: bundle_of(judged, result))
    assert (file, value) == ("run.json", "xa")
    assert pack_hash(LAW)[:12] in what
    assert pack_hash(other)[:12] in what


def test_a_pack_without_a_file_is_written_so_that_it_reads_back_the_same(tmp_path: Path) -> None:
    every = {"az": installed()["az"].model_copy(update={"title": "Another law"}), "xa": LAW}
    with instead(every):
        for name, one in every.items():
            (tmp_path / f"{name}.yaml").write_bytes(pack_text(one))
            assert pack_hash(load_pack(tmp_path / f"{name}.yaml")) == pack_hash(one)


def test_a_pack_that_only_declares_a_column_goes_along_and_is_said_not_to_have_judged(
    tmp_path: Path,
) -> None:
    declaring = pack([], facts=FACTS)
    with instead({"xa": declaring}):
        stating = a_round({"facts": {"is_charity": "true"}})
        write_result(match(stating), tmp_path / "result")
        found = bundle_of(stating, tmp_path / "result")
    (listed,) = found.manifest.packs
    assert (listed.id, listed.judged) == ("xa", False)
    assert listed.name in found.members


def test_a_result_that_lacks_a_file_is_refused(round_: Round, folder: Path, tmp_path: Path) -> None:
    copytree(folder, tmp_path / "result")
    (tmp_path / "result" / "steps.csv").unlink()
    assert [file for file, _, _ in refused(lambda: bundle_of(round_, tmp_path / "result"))] == [
        "steps.csv"
    ]
    missing = refused(lambda: bundle_of(round_, tmp_path / "nowhere"))
    assert [file for file, _, _ in missing] == [str(tmp_path / "nowhere" / "run.json")]


def test_a_run_json_that_no_match_wrote_is_refused_with_the_key(
    round_: Round, folder: Path, tmp_path: Path
) -> None:
    broken = edited(folder, tmp_path / "one", seed=-1, status="perfect")
    with pytest.raises(InvalidBundle) as refusal:
        bundle_of(round_, broken)
    assert sorted(problem.column for problem in refusal.value.problems) == ["seed", "status"]
    (broken / "run.json").write_text("[1,", encoding="utf-8")
    assert "is not JSON" in refused(lambda: bundle_of(round_, broken))[0][2]


def test_an_option_that_is_not_known_here_is_refused_where_it_was_used(
    round_: Round, folder: Path, tmp_path: Path
) -> None:
    options = json.loads((folder / "run.json").read_text(encoding="utf-8"))["options"]
    unused = edited(folder, tmp_path / "unused", options=options | {"lottery": None})
    assert bundle_of(round_, unused).record.options.rule == "max_merit"
    used = edited(folder, tmp_path / "used", options=options | {"lottery": 3})
    with pytest.raises(InvalidBundle, match=r"options\.lottery"):
        bundle_of(round_, used)


def test_a_result_that_stayed_near_one_that_cannot_be_read_is_refused(
    round_: Round, folder: Path, tmp_path: Path
) -> None:
    options = json.loads((folder / "run.json").read_text(encoding="utf-8"))["options"]
    near = edited(folder, tmp_path / "near", options=options | {"stay_near": {"at_most": 3}})
    with pytest.raises(InvalidBundle, match=r"options\.stay_near"):
        bundle_of(round_, near)


def test_the_earlier_result_goes_along_or_is_said_to_be_lost(
    round_: Round, folder: Path, tmp_path: Path
) -> None:
    awards = (folder / "awards.csv").read_bytes()
    options = json.loads((folder / "run.json").read_text(encoding="utf-8"))["options"]
    start = f"sha256:{sha256(awards).hexdigest()}"
    warm = edited(folder, tmp_path / "warm", options=options | {"warm_start": start})
    assert bundle_of(round_, warm).manifest.earlier == "lost"
    kept = bundle_of(round_, warm, earlier=folder)
    assert kept.manifest.earlier == "here"
    assert kept.members["earlier/awards.csv"] == awards
    other = edited(folder, tmp_path / "other")
    (other / "awards.csv").write_bytes(awards + b"\n")
    assert "other awards" in refused(lambda: bundle_of(round_, warm, earlier=other))[0][2]
    assert "no earlier result" in refused(lambda: bundle_of(round_, folder, earlier=folder))[0][2]


def test_damage_is_told_member_by_member(packed: Path, tmp_path: Path) -> None:
    members = members_of(packed)
    members["result/awards.csv"] = members["result/awards.csv"].replace(b"1", b"2", 1)
    members["round.json"] += b" "
    members["result/steps.csv"] = b""
    del members["result/pools.csv"]
    found = refused(lambda: read_bundle(zipped(tmp_path / "x.zip", members)))
    assert [file for file, _, _ in found] == [
        "result/awards.csv", "result/pools.csv", "result/steps.csv", "round.json",
    ]  # fmt: skip
    assert "not in the bundle" in found[1][2]


@pytest.mark.parametrize(
    "name",
    ["../evil.csv", "/etc/passwd", "result/../../evil", "C:\\evil", "result/", "packs/a/b.yaml",
     "result/run.json/", "packs/..yaml", "Round.json", "result\\awards.csv"],
)  # fmt: skip
def test_a_member_that_no_bundle_has_is_refused(name: str, packed: Path, tmp_path: Path) -> None:
    found = refused(
        lambda: read_bundle(zipped(tmp_path / "x.zip", {**members_of(packed), name: b""}))
    )
    assert [(file, value) for file, value, _ in found] == [("x.zip", name)]
    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]


def test_what_lacks_a_manifest_or_is_no_zip_is_no_bundle(packed: Path, tmp_path: Path) -> None:
    members = members_of(packed)
    del members["manifest.json"]
    assert "no manifest.json" in refused(lambda: read_bundle(zipped(tmp_path / "x", members)))[0][2]
    (tmp_path / "text").write_text("not a zip", encoding="utf-8")
    (tmp_path / "cut").write_bytes(packed.read_bytes()[:-100])
    for name in ("text", "cut"):
        assert "is no bundle" in refused(partial(read_bundle, tmp_path / name))[0][2]
    assert "is not a file" in refused(lambda: read_bundle(tmp_path))[0][2]
    assert "is not a file" in refused(lambda: read_bundle(tmp_path / "nowhere"))[0][2]


def test_a_member_twice_or_packed_otherwise_is_refused(packed: Path, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "twice", "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        for name, content in [*members_of(packed).items(), ("round.json", b"{}")]:
            archive.writestr(name, content)
    assert [found[0] for found in refused(lambda: read_bundle(tmp_path / "twice"))] == [
        "round.json"
    ]
    with ZipFile(tmp_path / "lzma", "w", ZIP_LZMA) as archive:
        archive.writestr("round.json", b"{}")
    assert "packed or locked" in refused(lambda: read_bundle(tmp_path / "lzma"))[0][2]


def test_a_bundle_that_unpacks_to_far_too_much_is_refused_before_it_is_unpacked(
    tmp_path: Path,
) -> None:
    bomb = zipped(tmp_path / "bomb", {"round.json": bytes(30 * 2**20), "manifest.json": b"{}"})
    assert bomb.stat().st_size < 2**16
    tight = Limits(ratio_free_bytes=2**20)
    assert "no bundle needs" in refused(lambda: read_bundle(bomb, tight))[0][2]
    small = Limits(unpacked_bytes=2**20)
    assert "no bundle needs" in refused(lambda: read_bundle(bomb, small))[0][2]
    many = BytesIO()
    with ZipFile(many, "w") as archive:
        for number in range(1_001):
            archive.writestr(ZipInfo(f"packs/{number}.yaml"), b"")
    (tmp_path / "many").write_bytes(many.getvalue())
    assert "1,001 members" in refused(lambda: read_bundle(tmp_path / "many"))[0][2]
    assert "larger than" in refused(lambda: read_bundle(bomb, Limits(file_bytes=1_000)))[0][2]


def test_a_manifest_that_contradicts_the_record_is_refused(packed: Path, tmp_path: Path) -> None:
    members = members_of(packed)
    record = json.loads(members["result/run.json"])
    record["round_hash"] = "0" * 64
    members["result/run.json"] = json.dumps(record).encode()
    found = refused(lambda: read_bundle(remade(tmp_path / "x.zip", members)))
    assert [(file, what) for file, _, what in found] == [
        ("manifest.json", "contradicts result/run.json.")
    ]


def test_a_bundle_of_a_later_form_is_refused_and_says_so(packed: Path, tmp_path: Path) -> None:
    later = remade(tmp_path / "x.zip", members_of(packed), bundle=2)
    assert refused(lambda: read_bundle(later))[0][:2] == ("manifest.json", "2")


@pytest.mark.parametrize("manifest", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b"1e999"])
def test_a_manifest_that_is_none_is_refused(manifest: bytes, packed: Path, tmp_path: Path) -> None:
    members = members_of(packed) | {"manifest.json": manifest}
    found = refused(lambda: read_bundle(zipped(tmp_path / "x.zip", members)))
    assert {file for file, _, _ in found} == {"manifest.json"}


def test_no_flipped_byte_passes_or_raises_anything_else(
    packed: Path, tmp_path: Path, folder: Path, round_: Round
) -> None:
    """A flip in a name's flags, a date or the padding may leave every member as it was."""
    content, dice = packed.read_bytes(), Random(5)
    whole: Bundle = bundle_of(round_, folder)
    refusals = 0
    for _ in range(300):
        place = dice.randrange(len(content))
        flipped = bytearray(content)
        flipped[place] ^= 1 << dice.randrange(8)
        (tmp_path / "x.zip").write_bytes(flipped)
        try:
            assert read_bundle(tmp_path / "x.zip") == whole
        except InvalidBundle:
            refusals += 1
    assert refusals > 250


HOSTILE = {
    "aliases": (b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "aliases"),
    "lists": (b"[" * 100_000, "lists inside each other"),
    "text": (b"id: " + b"x" * 30_000, "characters"),
    "size": (b"#" * (Limits().settings_bytes + 1), "larger than"),
}


@pytest.fixture
def lawful_bundle(tmp_path: Path) -> Path:
    """Give a bundle of a round under a made-up pack."""
    with instead({"xa": LAW}):
        write_bundle(bundle_of(*lawful(tmp_path)), tmp_path / "lawful.zip")
    return tmp_path / "lawful.zip"


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_pack_that_would_end_the_process_is_refused_before_it_is_read(
    kind: str, lawful_bundle: Path, tmp_path: Path
) -> None:
    content, what = HOSTILE[kind]
    forged = remade(tmp_path / "x.zip", members_of(lawful_bundle) | {"packs/xa.yaml": content})
    ((file, _, told),) = refused(lambda: read_bundle(forged))
    assert file == "packs/xa.yaml"
    assert what in told


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b"when: receiver.kind == bank", b"when: " + b"not " * 4_000 + b"true", "too deeply"),
        (b"id: xa\n", b"id: xb\n", "its id is xb"),
    ],
)
def test_a_pack_that_cannot_be_judged_by_is_refused_as_it_is_replayed(
    old: bytes, new: bytes, what: str, lawful_bundle: Path, tmp_path: Path
) -> None:
    members = members_of(lawful_bundle)
    assert old in members["packs/xa.yaml"]
    members["packs/xa.yaml"] = members["packs/xa.yaml"].replace(old, new, 1)
    forged = read_bundle(remade(tmp_path / "x.zip", members))
    ((file, _, told),) = refused(lambda: replay(forged))
    assert file == "packs/xa.yaml"
    assert what in told


def test_a_name_that_would_steer_a_terminal_is_shown_harmless(packed: Path, tmp_path: Path) -> None:
    forged = zipped(tmp_path / "x.zip", members_of(packed) | {"\x1b[2Jж": b""})
    assert refused(lambda: read_bundle(forged))[0][1] == "?[2J\\u0436"


def test_only_a_bundle_is_replaced_by_a_bundle(
    round_: Round, folder: Path, packed: Path, tmp_path: Path
) -> None:
    made, out = bundle_of(round_, folder), tmp_path / "out"
    write_round(round_, out.with_suffix(".json"))
    zipped(out.with_suffix(".zip"), {"manifest.json": b"{}", "letter.txt": b"Dear"})
    out.with_suffix(".txt").write_text("Dear", encoding="utf-8")
    for there in sorted(tmp_path.iterdir()):
        before = there.read_bytes()
        with pytest.raises(UnusableFolder, match="exists and is no bundle, so it is left alone"):
            write_bundle(made, there)
        assert there.read_bytes() == before

    out.write_bytes(zipped(tmp_path / "older.zip", members_of(packed)).read_bytes())
    write_bundle(made, out)
    assert out.read_bytes() == packed.read_bytes()


def test_what_is_no_file_is_not_replaced_by_a_bundle(
    round_: Round, folder: Path, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnusableFolder, match="is no file that could be replaced"):
        write_bundle(bundle_of(round_, folder), tmp_path / "pipe")
    assert (tmp_path / "pipe").is_fifo()
