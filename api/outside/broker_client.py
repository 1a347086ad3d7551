"""The client of an MQTT broker: where it is, who we are there, and by what we know it."""

import ssl
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

from api.settings import Settings
from data.errors import NotSetUpError

PORTS = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the broker is, and by which name we are known there."""

    host: str
    port: int
    user: str
    secure: bool

    @classmethod
    def of(cls, url: str) -> "Address":
        """Read an address such as ``mqtts://jinlin@broker:8883``.

        Raises
        ------
        NotSetUpError
            When it is none.
        """
        wrong = NotSetUpError(
            "this is no address of a broker: write mqtt://USER@HOST:1883 or mqtts://USER@HOST:8883, the password apart"
        )
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise wrong from None
        if parts.scheme not in PORTS or not parts.hostname or parts.password:
            raise wrong
        user = unquote(parts.username or "")
        return cls(
            host=parts.hostname, port=port or PORTS[parts.scheme], user=user, secure=parts.scheme == "mqtts"
        )


def make_client(settings: Settings) -> Client:
    """Give a client that knows itself and the broker, and is not connected.

    Raises
    ------
    NotSetUpError
        When the address or a file of certificates cannot be used.
    """
    address = Address.of(settings.mqtt_url)
    newer = settings.mqtt_version == "5"
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=settings.mqtt_client_id,
        clean_session=None if newer else False,
        protocol=MQTTv5 if newer else MQTTv311,
        manual_ack=True,
        reconnect_on_failure=False,
    )
    if address.user:
        client.username_pw_set(address.user, settings.mqtt_password or None)
    if address.secure:
        try:
            context = ssl.create_default_context(cafile=settings.mqtt_ca)
            if settings.mqtt_certificate is not None:
                context.load_cert_chain(settings.mqtt_certificate, settings.mqtt_key)
        except OSError as error:
            raise NotSetUpError(f"the certificates for the broker cannot be read: {error}") from None
        client.tls_set_context(context)
    return client
