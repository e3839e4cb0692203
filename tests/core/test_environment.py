import stat

import environ

from core.environment import write_first


def test_first_env_is_private_and_readable_by_the_settings(tmp_path, monkeypatch):
    database = tmp_path / "汽服店 一号" / "shopcrm.sqlite3"

    assert write_first(tmp_path / ".env", database=database) is True

    monkeypatch.setattr(environ.Env, "ENVIRON", {})
    env = environ.Env()
    env.read_env(tmp_path / ".env")
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert env.db("DATABASE_URL")["NAME"] == str(database)
    assert len(env("SECRET_KEY")) == 64
    assert env("SECRET_KEY") != env("REFUSAL_HASH_KEY")
    assert env.bool("DEBUG") is False


def test_folder_of_the_data_becomes_private(tmp_path):
    folder = tmp_path / "var"
    folder.mkdir(mode=0o755)

    write_first(tmp_path / ".env", database=folder / "shop.sqlite3")

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_existing_env_is_never_touched(tmp_path):
    (tmp_path / ".env").write_text("SECRET_KEY=mine\n")

    assert write_first(tmp_path / ".env", database=tmp_path / "shop.sqlite3") is False

    assert (tmp_path / ".env").read_text() == "SECRET_KEY=mine\n"


def test_two_installations_have_different_keys(tmp_path):
    for name in ("a", "b"):
        write_first(tmp_path / name, database=tmp_path / "shop.sqlite3")

    assert (tmp_path / "a").read_text() != (tmp_path / "b").read_text()
