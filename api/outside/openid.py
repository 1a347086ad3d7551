"""Sign-in by an identity provider: OpenID Connect, authorization code flow with PKCE.

Sources: OpenID Connect Core 1.0 and Discovery 1.0; RFC 7636 (PKCE); RFC 9207 is left to the provider. The protocol is
authlib's, signatures joserfc's; what is ours is which claim says which account.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.errors import NotSignedInError
from api.settings import Settings
from data.registers.accounts import OUTSIDE_PREFIX
from grid.account import Account

TIMEOUT_S = 10
LEEWAY_S = 60
SCOPE = "openid profile"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
"""Of the provider's signature; never ``none`` and never a shared secret."""


class ProviderDownError(Exception):
    """The identity provider does not answer, or not as the standard says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A sign-in on its way to the provider: where the browser goes, and what it has to come back with."""

    address: str
    state: str
    nonce: str
    verifier: str


class OpenId:
    """One identity provider.

    Parameters
    ----------
    settings : Settings
        ``openid_issuer`` names it; its addresses are read from there.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._http = requests.Session()
        self._http.trust_env = False

    def begin(self, back: str) -> Begun:
        """Return where to send a browser that wants to sign in.

        Parameters
        ----------
        back : str
            Address of this installation to which the provider sends it back.

        Raises
        ------
        ProviderDownError
        """
        nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        client = self._client(back)
        address, state = client.create_authorization_url(
            self._found()["authorization_endpoint"], code_verifier=verifier, nonce=nonce
        )
        return Begun(address=address, state=state, nonce=nonce, verifier=verifier)

    def finish(self, begun: Begun, returned: str, back: str, now: datetime) -> Account:
        """Return the account that the provider vouches for.

        Parameters
        ----------
        begun : Begun
            What the browser went with.
        returned : str
            Whole address it came back to.
        back : str
            As for `begin`.
        now : datetime
            Aware; an identity that is over is refused.

        Raises
        ------
        NotSignedInError
            When the identity was refused, forged, meant for somebody else, over, or says no role that is let in.
        ProviderDownError
        """
        found = self._found()
        client = self._client(back, begun.state)
        try:
            token = client.fetch_token(
                found["token_endpoint"], authorization_response=returned, code_verifier=begun.verifier
            )
            keys = KeySet.import_key_set({"keys": self._read(found["jwks_uri"])["keys"]})
            told = jwt.decode(token["id_token"], keys, algorithms=ALGORITHMS).claims
            self._rules(begun, now).validate(told)
        except requests.RequestException as error:
            raise ProviderDownError(
                f"the identity provider does not answer ({type(error).__name__})"
            ) from None
        except (AuthlibBaseError, JoseError, KeyError, ValueError) as error:
            raise NotSignedInError(
                f"the identity was not accepted ({type(error).__name__}); sign in anew"
            ) from None
        return self._account(told)

    def _rules(self, begun: Begun, now: datetime) -> jwt.JWTClaimsRegistry:
        essential: dict[str, Any] = {
            "iss": {"essential": True, "value": self.settings.openid_issuer},
            "aud": {"essential": True, "value": self.settings.openid_client_id},
            "nonce": {"essential": True, "value": begun.nonce},
            "exp": {"essential": True},
            "sub": {"essential": True},
        }
        return jwt.JWTClaimsRegistry(now=int(now.timestamp()), leeway=LEEWAY_S, **essential)

    def _account(self, told: Mapping[str, Any]) -> Account:
        settings = self.settings
        role = str(told.get(settings.openid_role_claim, ""))
        if role not in settings.openid_roles:
            named = ", ".join(settings.openid_roles)
            raise NotSignedInError(
                f"the identity says no role that is let in ({settings.openid_role_claim}: {named}); "
                "ask who keeps the identities"
            )
        called = str(told.get("preferred_username") or told["sub"])
        return Account(
            user=f"{OUTSIDE_PREFIX}{called}".lower(),
            name=str(told.get("name") or called),
            role=role,
            area=str(told.get(settings.openid_area_claim, "")),
            department=str(told.get(settings.openid_department_claim, "")),
        )

    def _client(self, back: str, state: str | None = None) -> OAuth2Session:
        client = OAuth2Session(
            self.settings.openid_client_id,
            self.settings.openid_client_secret or None,
            scope=SCOPE,
            state=state,
            redirect_uri=back,
            code_challenge_method="S256",
            default_timeout=TIMEOUT_S,
        )
        client.trust_env = False
        return client

    def _found(self) -> dict[str, Any]:
        issuer = self.settings.openid_issuer
        found = self._read(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != issuer:
            raise ProviderDownError(f"{urlsplit(issuer).netloc} calls itself {found.get('issuer')!r}")
        return found

    def _read(self, address: str) -> dict[str, Any]:
        try:
            answer = self._http.get(address, timeout=TIMEOUT_S)
            answer.raise_for_status()
            return dict(answer.json())
        except (requests.RequestException, ValueError) as error:
            raise ProviderDownError(
                f"the identity provider does not answer ({type(error).__name__})"
            ) from None
