import pytest

from umi_local.bundles.hub_names import HubFile, HubRepo, is_hidden, parse_file, parse_repo, path_problem


@pytest.mark.parametrize(
    ("text", "repo"),
    [
        ("hub:owner/name", HubRepo("owner", "name")),
        ("hub:owner/name@main", HubRepo("owner", "name", "main")),
        ("hub:Some_One/weather-umi.v2@9f3c", HubRepo("Some_One", "weather-umi.v2", "9f3c")),
    ],
)
def test_a_repository_is_written_as_it_is_read(text, repo):
    assert parse_repo(text) == repo
    assert str(repo) == text


@pytest.mark.parametrize(
    "text",
    [
        "owner/name",
        "hub:",
        "hub:name",
        "hub:a/b/c",
        "hub:a/b@",
        "hub:../b",
        "hub:a/..",
        "hub:-a/b",
        "hub:a/b@../c",
        "hub:a/b\n",
    ],
)
def test_anything_else_is_not_a_repository(text):
    with pytest.raises(ValueError, match="is not of the form hub:OWNER/NAME"):
        parse_repo(text)


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("hub:o/n/m.gguf", HubFile(HubRepo("o", "n"), "m.gguf")),
        ("hub:o/n@v1.2/deep/in it/m@2.gguf", HubFile(HubRepo("o", "n", "v1.2"), "deep/in it/m@2.gguf")),
    ],
)
def test_a_file_is_written_as_it_is_read(text, file):
    assert parse_file(text) == file
    assert str(file) == text


@pytest.mark.parametrize("text", ["hub:o/n", "hub:o/n/", "hub:o/n/../x", "hub:o/n//x", "hub:o/n/a\\b", "o/n/m.gguf"])
def test_a_file_needs_a_repository_and_a_plain_path(text):
    with pytest.raises(ValueError, match=r"hub:OWNER/NAME|plain path|letters"):
        parse_file(text)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("a/b c/d-1.gguf", None),
        ("größe.gguf", None),
        ("", "plain path"),
        ("/etc/passwd", "plain path"),
        ("a/../../b", "plain path"),
        ("a/./b", "plain path"),
        ("a//b", "plain path"),
        ("C:/x", "letters"),
        ("a\\b", "letters"),
        ("a\x1b[2Jb", "letters"),
        ("a\nb", "letters"),
        ("x" * 201, "longer"),
        ("x/" * 300 + "x", "longer"),
        ("NUL", "Windows"),
        ("sub/com1.gguf", "Windows"),
        ("ends.", "Windows"),
    ],
)
def test_only_paths_that_every_system_can_store_below_a_folder_are_safe(path, problem):
    found = path_problem(path)
    assert found is None if problem is None else problem in (found or "")


def test_a_dot_at_the_start_of_any_part_hides_a_path():
    assert [is_hidden(path) for path in (".git/config", "a/.cache/b", "a/b.c", "a.b/c")] == [True, True, False, False]
