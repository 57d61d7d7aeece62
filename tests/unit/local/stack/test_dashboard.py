"""When the pages are built again."""

from pathlib import Path

from km_local.stack.dashboard import fingerprint, sources


def tree(root: Path) -> str:
    return fingerprint(root, sources(root))


def test_a_changed_added_or_renamed_source_changes_the_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.ts").write_text("1")
    seen = [tree(tmp_path)]
    (tmp_path / "src" / "a.ts").write_text("2")
    seen.append(tree(tmp_path))
    (tmp_path / "src" / "b.ts").write_text("")
    seen.append(tree(tmp_path))
    (tmp_path / "src" / "b.ts").rename(tmp_path / "src" / "c.ts")
    seen.append(tree(tmp_path))
    assert len(set(seen)) == 4


def test_what_is_installed_or_built_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text("1")
    before = tree(tmp_path)
    for folder in ("node_modules", "dist"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.js").write_text("made")
    assert tree(tmp_path) == before
