"""What huggingface_hub raises, in our own words: what was refused, by whom, and what to do about it."""

from __future__ import annotations

import os

from umi_local.bundles.hub_names import HubRepo
from umi_local.errors import HubError

DEFAULT_ENDPOINT = "https://huggingface.co"

_LOG_IN = "Log in with `hf auth login`, or set HF_TOKEN to a token from the hub's settings."
_TRY_AGAIN = "Check the connection and run the same command again: what was downloaded is kept."
_WITHOUT_XET = "Run the same command again; with HF_HUB_DISABLE_XET=1 files are sent over plain HTTP instead of xet."
_SAME_AGAIN = "Run the same command again later."
_TEMPORARY_STATUS = (408, 425, 429, 500, 502, 503, 504)


def endpoint() -> str:
    """Return the root of the hub that is asked: HF_ENDPOINT, or Hugging Face's own."""
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or DEFAULT_ENDPOINT


def in_our_words(error: Exception, repo: HubRepo) -> HubError:
    """Return our error for one that huggingface_hub, or what it is built on, raised over a repository."""
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    cause = error.__cause__
    if isinstance(error, RuntimeError) and isinstance(cause, Exception):  # its uploading threads wrap what went wrong
        return in_our_words(cause, repo)
    if isinstance(error, OfflineModeIsEnabled):
        return HubError(str(repo), "HF_HUB_OFFLINE forbids the network", hint="Unset HF_HUB_OFFLINE to allow it.")
    if isinstance(error, HfHubHTTPError):
        return _refused(error, repo)
    if isinstance(error, httpx2.TransportError):
        reason = f"{endpoint()} could not be reached: {_told(error)}"
        return HubError(str(repo), reason, hint=_TRY_AGAIN, is_temporary=True)
    if isinstance(error, RuntimeError):  # what hf_xet raises, whatever went wrong
        return HubError(str(repo), f"the transfer failed: {_told(error)}", hint=_WITHOUT_XET)
    if isinstance(error, OSError):
        return HubError(str(repo), _told(error))
    reason = f"the answer can't be understood ({type(error).__name__}: {_told(error)})"
    return HubError(str(repo), reason, hint=f"{endpoint()} doesn't answer as a model hub does.")


def _refused(error: Exception, repo: HubRepo) -> HubError:
    """Return our error for an answer that isn't a success."""
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    status: int = error.response.status_code  # type: ignore[attr-defined]  # every HfHubHTTPError has one
    page = f"{endpoint()}/{repo.id}"
    if isinstance(error, RevisionNotFoundError):
        return HubError(str(repo), f"there is no revision {repo.revision!r} of it", hint=f"{page} lists its branches.")
    if isinstance(error, GatedRepoError):
        return HubError(
            str(repo), "is only for people who accepted its terms", hint=f"Accept them at {page}. {_LOG_IN}"
        )
    if isinstance(error, RepositoryNotFoundError) or status in (401, 404):
        if "Invalid credentials" in str(error):
            return HubError(str(repo), "the hub doesn't accept this token", hint=_LOG_IN)
        if status == 401 and not isinstance(error, RepositoryNotFoundError):
            return HubError(str(repo), "the hub wants to know who is asking", hint=_LOG_IN)
        reason = "there is no such repository or file, or it is private"
        return HubError(str(repo), reason, hint=f"Check the name. {_LOG_IN}")
    if status == 403:
        hint = "Use a token that may; the hub's settings say what each is allowed to."
        return HubError(str(repo), f"this account or token may not do that{_server_said(error)}", hint=hint)
    if status == 507 or status == 413:
        return HubError(str(repo), f"the hub has no room for it{_server_said(error)}")
    is_temporary = status in _TEMPORARY_STATUS
    reason = f"the hub answered with status {status}{_server_said(error)}"
    return HubError(str(repo), reason, hint=_SAME_AGAIN if is_temporary else None, is_temporary=is_temporary)


def _server_said(error: Exception) -> str:
    said = getattr(error, "server_message", None)
    return f" ({_one_line(str(said))})" if said else ""


def _told(error: Exception) -> str:
    return _one_line(str(error)) or type(error).__name__


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 300 else f"{line[:299]}…"
