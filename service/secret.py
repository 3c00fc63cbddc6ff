"""One random secret of an installation, and what is derived from it: marks, signed tokens and sealed answers."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.settings import MEMORY, InvalidSetting

BYTES = 32
NONCE = 12  # bytes, as AES-GCM has them
MARK = 16  # bytes of the mark of a token


class Secret:
    """Derives everything by HMAC-SHA-256 with a purpose, so that what is made for one purpose is worthless for another."""

    def __init__(self, root: bytes) -> None:
        self._root = root

    @classmethod
    def load(cls, path: Path) -> Secret:
        """The secret in a file, which is made, readable by its owner alone, where there is none; raises InvalidSetting."""
        if path == MEMORY:
            return cls(secrets.token_bytes(BYTES))
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(BYTES))
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError:
            pass
        root = path.read_bytes()
        if len(root) != BYTES:
            raise InvalidSetting(f"{path}: has {len(root)} bytes, a secret has {BYTES}; restore it, or remove it, and all keys are void")
        return cls(root)

    def mark(self, purpose: str, *parts: str) -> str:
        """A mark of the parts that nobody without the secret can make; hexadecimal, 64 letters."""
        return self._mac(purpose, json.dumps(parts).encode()).hex()

    def sign(self, purpose: str, value: object) -> str:
        """A token that holds a JSON value; anybody can read it, nobody can change it."""
        body = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
        return urlsafe_b64encode(self._mac(purpose, body)[:MARK] + body).decode().rstrip("=")

    def signed(self, purpose: str, token: str) -> object:
        """The value in a token; raises ValueError for one that was not signed here for this purpose."""
        try:
            held = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError as error:
            raise ValueError("is not one of ours") from error
        mark, body = held[:MARK], held[MARK:]
        if not hmac.compare_digest(mark, self._mac(purpose, body)[:MARK]) or self.sign(purpose, json.loads(body)) != token:
            raise ValueError("is not one of ours")
        return json.loads(body)

    def seal(self, words: str, body: bytes) -> bytes:
        """The body, to be read only with the secret and the same words."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + AESGCM(self._mac("seal", words.encode())).encrypt(nonce, body, None)

    def unseal(self, words: str, sealed: bytes) -> bytes:
        """What was sealed; raises ValueError where words or secret are others."""
        try:
            return AESGCM(self._mac("seal", words.encode())).decrypt(sealed[:NONCE], sealed[NONCE:], None)
        except InvalidTag as error:
            raise ValueError("was sealed with other words") from error

    def _mac(self, purpose: str, body: bytes) -> bytes:
        return hmac.new(self._root, purpose.encode() + b"\0" + body, hashlib.sha256).digest()
