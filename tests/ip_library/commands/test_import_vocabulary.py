"""``manage.py import_vocabulary`` says what it did, or what is wrong by row; never a traceback."""

import pytest
from django.core.management import CommandError, call_command

from ip_library.models import VocabularyTag

pytestmark = pytest.mark.django_db
HEADER = "tag,slot,aliases,contradicts,words\n"


@pytest.fixture
def file(tmp_path, empty_project):
    def write(text, encoding="utf-8"):
        path = tmp_path / "tags.csv"
        path.write_bytes(text.encode(encoding))
        return str(path)

    return write


def test_a_file_is_imported(file, capsys):
    call_command("import_vocabulary", "sakura", file(f"{HEADER}negi,objects,ネギ,,\n", "utf-8-sig"))
    assert capsys.readouterr().out == "sakura: 1 added, 0 changed, 0 removed, 0 as they were\n"
    assert VocabularyTag.objects.get().aliases == "ネギ"


def test_replacing_takes_away_what_the_file_lacks(file):
    call_command("import_vocabulary", "sakura", file(f"{HEADER}a,objects,,,\n"))
    call_command("import_vocabulary", "sakura", file(f"{HEADER}b,objects,,,\n"), "--replace")
    assert VocabularyTag.objects.get().tag == "b"


@pytest.mark.parametrize(
    ("project", "text", "encoding", "message"),
    [
        ("nowhere", HEADER, "utf-8", "there is no project 'nowhere'"),
        ("sakura", f"{HEADER}a,nowhere,,,\n", "utf-8", "nothing was changed:\n  row 2: 'nowhere' is no slot"),
        ("sakura", f"{HEADER}ネギ,objects,,,\n", "shift_jis", "UTF-8 text; byte 35 is not"),
        ("sakura", "", "utf-8", "row 1: the columns are ''"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_changed(file, project, text, encoding, message):
    with pytest.raises(CommandError) as refused:
        call_command("import_vocabulary", project, file(text, encoding))
    assert message in str(refused.value)
    assert not VocabularyTag.objects.exists()


def test_a_file_that_is_not_there_is_named(file, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_vocabulary", "sakura", str(tmp_path / "nothing.csv"))
