"""What the page's Python example imports, by hand and with the standard library alone: the tests have no network to install the published one."""

import base64
import hashlib
import hmac
import json
import time


class WebhookVerificationError(Exception):
    pass


class Webhook:
    def __init__(self, secret):
        self.key = base64.b64decode(secret.removeprefix("whsec_"))

    def verify(self, data, headers):
        given = {name.lower(): value for name, value in headers.items()}
        if abs(time.time() - int(given["webhook-timestamp"])) > 300:
            raise WebhookVerificationError("too old or too new")
        signed = f'{given["webhook-id"]}.{given["webhook-timestamp"]}.'.encode() + data
        own = base64.b64encode(hmac.new(self.key, signed, hashlib.sha256).digest()).decode()
        if not any(hmac.compare_digest(one, f"v1,{own}") for one in given["webhook-signature"].split(" ")):
            raise WebhookVerificationError("no matching signature")
        return json.loads(data)
