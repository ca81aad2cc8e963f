"""Signatures of tags, made and checked with the ssh-keygen of the computer."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.command import run
from tests.git.builders import RegisterRepository, action, make_repository, set_git_user
from tests.git.test_publish import A01, MEETING, REPORTS, TAG
from tests.support import PROGRAMME

PATH = "/usr/local/bin:/usr/bin:/bin"


@pytest.fixture
def repo(tmp_path: Path) -> RegisterRepository:
    repo = make_repository(tmp_path / "council", "p2p", programme=PROGRAMME + REPORTS)
    repo.commit("2022-10-10", {A01: action(target="Mar-23")})
    set_git_user(repo.top)
    run("publish", MEETING, "plan", "--format", "text", "--root", repo.root)
    return repo


def sign(repo: RegisterRepository, key: Path, *, name: str = "clerk@example.org") -> None:
    """Sign the tag of a meeting as its publisher would, and trust the key on this computer."""
    message = repo.git("cat-file", "tag", TAG).partition("\n\n")[2]
    settings = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={key}", "-c", "user.email=clerk@example.org")
    repo.git(*settings, "tag", "--force", "--sign", "--message", message, TAG, "HEAD")
    key.with_name("signers").write_text(f"{name} {key.with_suffix('.pub').read_text()}")
    key.with_name("config").write_text(f'[gpg "ssh"]\nallowedSignersFile = {key.with_name("signers")}\n')


def test_a_signature_is_checked_with_the_keys_of_this_computer(repo: RegisterRepository, tmp_path: Path) -> None:
    key = tmp_path / "key"
    keygen = subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=False)
    assert keygen.returncode == 0
    sign(repo, key)
    # A repository could bring a program, or keys that it trusts itself.
    repo.git("config", "gpg.ssh.program", str(tmp_path / "evil"))
    repo.git("config", "gpg.ssh.allowedSignersFile", str(tmp_path / "signers"))
    (tmp_path / "evil").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    (tmp_path / "evil").chmod(0o755)
    words = ("verify", MEETING, "--root", repo.root)
    good = run(*words, GIT_CONFIG_GLOBAL=str(tmp_path / "config"), PATH=PATH)
    assert (good.code, "The tag is signed, and the signature is valid: Good" in good.err) == (0, True)
    unknown = run(*words, PATH=PATH)
    assert (unknown.code, f"The signature of the tag {TAG} is not valid: " in unknown.err) == (1, True)
    assert not (tmp_path / "ran").exists()
