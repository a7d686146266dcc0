"""Drives the fakes of Stripe and Twilio with the official SDKs, and compares Stripe's with localstripe, a stand-in that others wrote.

    python fakes.py FOLDER_OF_THE_BINARIES

The fakes are the example `fakes` in that folder. Python with requirements-fakes.txt.
"""

import http.client
import json
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import stripe
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client as TwilioClient

BINARIES = Path(sys.argv[1] if len(sys.argv) > 1 else "target/debug").resolve()
passed = failed = 0
story = ""


def check(holds, what, detail=""):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {story}: {what} {detail}", flush=True)


def refusal(kind, call, what):
    try:
        detail = call()
    except kind as error:
        check(True, what)
        return error
    check(False, what, detail)
    return None


def play_stripe(env):
    client = stripe.StripeClient(env["STRIPE_SECRET_KEY"], base_addresses={"api": env["STRIPE_API_BASE"]}, max_network_retries=0)
    api = client.v1
    customer = api.customers.create({"email": "sdk@dewyhotel.com", "name": "Ada", "metadata": {"guest": "sdk@dewyhotel.com"}})
    check(api.customers.list({"email": "sdk@dewyhotel.com", "limit": 1}).data[0].id == customer.id, "a customer is found by e-mail")
    check(api.customers.list({"email": "SDK@dewyhotel.com"}).data == [], "in the same case only")

    def new(key=None, **more):
        order = {"amount": 12000, "currency": "usd", "customer": customer.id, "payment_method_types": ["card"]}
        order["metadata"] = {"guest": "sdk@dewyhotel.com", "booking": "BK-1"}
        return api.payment_intents.create({**order, **more}, {"idempotency_key": key} if key else {})

    def confirm(intent, method, **more):
        return api.payment_intents.confirm(intent.id, {"payment_method": method, "return_url": "https://a.example/b", **more})

    first = new("key-1")
    replay = new("key-1")
    check(first.id == replay.id and replay.last_response.headers["idempotent-replayed"] == "true", "a key is replayed")
    refusal(stripe.IdempotencyError, lambda: new("key-1", amount=500), "the same key with other parameters")

    error = refusal(stripe.CardError, lambda: confirm(first, "pm_card_chargeDeclinedInsufficientFunds"), "a decline")
    check(error.http_status == 402 and error.code == "card_declined", "its code", error.code)
    check(error.error.decline_code == "insufficient_funds", "its decline code")
    check(error.error.payment_intent.status == "requires_payment_method", "the intent inside")
    paid = confirm(first, "pm_card_visa", expand=["latest_charge"])
    check(paid.status == "succeeded" and paid.latest_charge.paid and paid.amount_received == 12000, "another card pays")
    error = refusal(stripe.InvalidRequestError, lambda: confirm(first, "pm_card_visa"), "a second payment")
    check(error.code == "payment_intent_unexpected_state" and error.error.payment_intent.status == "succeeded", "is named")

    refund = api.refunds.create({"payment_intent": first.id, "reason": "requested_by_customer"})
    check(refund.status == "succeeded" and refund.amount == 12000, "a refund")
    error = refusal(stripe.InvalidRequestError, lambda: api.refunds.create({"payment_intent": first.id}), "a second refund")
    check(error.code == "charge_already_refunded", "is named", error.code)
    check(api.refunds.list({"payment_intent": first.id}).data[0].id == refund.id, "refunds are listed")
    check(api.refunds.retrieve(refund.id).id == refund.id, "a refund is read")
    check(api.charges.retrieve(paid.latest_charge.id, {"expand": ["refunds"]}).refunded, "the charge knows")

    for outcome, status in [("pass", "succeeded"), ("fail", "requires_payment_method")]:
        asked = confirm(new(), "pm_card_authenticationRequired")
        page = asked.next_action.redirect_to_url.url
        try:
            urllib.request.build_opener(Stay).open(f"{page}?outcome={outcome}")
        except urllib.error.HTTPError as answer:
            check(answer.code == 303 and answer.headers["location"].startswith("https://a.example/b"), "the bank sends the guest back")
        check(api.payment_intents.retrieve(asked.id).status == status, f"3-D Secure: {outcome}")
    given_up = api.payment_intents.cancel(new().id, {"cancellation_reason": "abandoned"})
    check(given_up.status == "canceled" and given_up.canceled_at, "an intent is given up")
    automatic = api.payment_intents.create({"amount": 500, "currency": "eur", "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}})
    check(confirm(automatic, "pm_card_amex").status == "succeeded", "automatic payment methods")
    theirs = [it.id for it in api.payment_intents.list({"customer": customer.id, "created": {"gte": 1}, "limit": 2}).auto_paging_iter()]
    check(len(theirs) == len(set(theirs)) == 4, "pages", theirs)

    error = refusal(stripe.InvalidRequestError, lambda: api.payment_intents.retrieve("pi_nobody"), "what is not there")
    check(error.http_status == 404 and error.code == "resource_missing", "is named")
    error = refusal(stripe.InvalidRequestError, lambda: new(colour="red"), "an unknown parameter")
    check(error.code == "parameter_unknown" and error.param == "colour", "is named")
    check(api.accounts.retrieve_current().charges_enabled, "the account")
    check(api.balance.retrieve().pending[0].amount > 0, "the balance")
    stranger = stripe.StripeClient("sk_live_x", base_addresses={"api": env["STRIPE_API_BASE"]}, max_network_retries=0)
    refusal(stripe.AuthenticationError, lambda: stranger.v1.balance.retrieve(), "a key of somebody else")


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Elsewhere(TwilioHttpClient):
    """The SDK has no setting for another host."""

    def __init__(self, base):
        super().__init__()
        self.base = base

    def request(self, method, url, *args, **kwargs):
        return super().request(method, url.replace("https://api.twilio.com", self.base), *args, **kwargs)


def play_twilio(env):
    sid, token, sender = env["TWILIO_ACCOUNT_SID"], env["TWILIO_AUTH_TOKEN"], env["TWILIO_FROM"]
    client = TwilioClient(sid, token, http_client=Elsewhere(env["TWILIO_API_BASE"]))
    check(client.api.v2010.accounts(sid).fetch().status == "active", "the account")
    made = client.messages.create(to="+14155550123", from_=sender, body="Your room is ready", status_callback="https://a.example/b")
    check(made.status == "queued" and made.direction == "outbound-api", "a text is taken")
    check([client.messages(made.sid).fetch().status for _ in range(2)] == ["sent", "delivered"], "and goes its way")
    client.messages.create(to="+14155550124", from_=sender, body="Hello")
    check([it.sid for it in client.messages.list(to="+14155550123")] == [made.sid], "texts are found by number")
    check(len(client.messages.list(date_sent_after=made.date_created, page_size=1)) == 2, "and by day, in pages")
    for number, code in [("123", 21211), ("+15005550009", 21614), ("+15005550004", 21610)]:
        error = refusal(TwilioRestException, lambda: client.messages.create(to=number, from_=sender, body="x"), f"a text to {number}")
        check(error.code == code and error.status == 400, "has its code", error.code)
    stranger = TwilioClient(sid, "other", http_client=Elsewhere(env["TWILIO_API_BASE"]))
    error = refusal(TwilioRestException, lambda: stranger.api.v2010.accounts(sid).fetch(), "another token")
    check(error.status == 401 and error.code == 20003, "has its code")


def flow(base):
    """What the flows that localstripe has come to: HTTP status and the object's status, step by step."""
    host = urllib.parse.urlsplit(base).netloc
    said = []

    def ask(step, method, path, form=None):
        connection = http.client.HTTPConnection(host, timeout=30)
        headers = {"authorization": "Bearer sk_test_dewy"}
        body = None
        if method == "POST":
            body = urllib.parse.urlencode(form or {})
            headers["content-type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        found = json.loads(answer.read())
        said.append((step, answer.status, found.get("status"), found.get("amount"), found.get("error", {}).get("code") if answer.status == 402 else None))
        return found

    customer = ask("a customer", "POST", "/v1/customers", {"email": "ada@b.co", "metadata[guest]": "ada"})["id"]
    ask("read", "GET", f"/v1/customers/{customer}")
    order = {"amount": "12000", "currency": "usd", "customer": customer, "payment_method_types[]": "card"}

    def new(**more):
        return ask(f"an intent {more}", "POST", "/v1/payment_intents", {**order, **more})["id"]

    paid = new(payment_method="pm_card_visa")
    ask("confirmed", "POST", f"/v1/payment_intents/{paid}/confirm")
    ask("confirmed again", "POST", f"/v1/payment_intents/{paid}/confirm")
    ask("read", "GET", f"/v1/payment_intents/{paid}")
    ask("canceled though paid", "POST", f"/v1/payment_intents/{paid}/cancel")
    ask("refunded", "POST", "/v1/refunds", {"payment_intent": paid})
    ask("refunds", "GET", f"/v1/refunds?payment_intent={paid}")

    ask("paid in one", "POST", "/v1/payment_intents", {**order, "payment_method": "pm_card_visa", "confirm": "true"})
    declined = new(payment_method="pm_card_chargeCustomerFail")
    ask("declined", "POST", f"/v1/payment_intents/{declined}/confirm")
    ask("read", "GET", f"/v1/payment_intents/{declined}")
    ask("refunded though unpaid", "POST", "/v1/refunds", {"payment_intent": declined})
    ask("canceled", "POST", f"/v1/payment_intents/{declined}/cancel")
    empty = new()
    ask("confirmed without a method", "POST", f"/v1/payment_intents/{empty}/confirm")
    ask("canceled", "POST", f"/v1/payment_intents/{empty}/cancel")
    ask("canceled again", "POST", f"/v1/payment_intents/{empty}/cancel")
    ask("confirmed though canceled", "POST", f"/v1/payment_intents/{empty}/confirm")
    ask("nobody", "GET", "/v1/payment_intents/pi_nobody")
    ask("unknown parameter", "POST", "/v1/payment_intents", {**order, "colour": "red"})
    ask("nothing given", "POST", "/v1/payment_intents")
    return said


def compare(base):
    folder = Path(__file__).parent
    server = subprocess.Popen([sys.executable, folder / "localstripe_server.py"], stdout=subprocess.PIPE, text=True)
    try:
        ours, theirs = flow(base), flow(f"http://127.0.0.1:{server.stdout.readline().strip()}")
    finally:
        server.terminate()
    check(len(ours) == len(theirs) > 20, "the same steps")
    for our, their in zip(ours, theirs):
        check(our == their, "both answer the same", f"ours {our}, theirs {their}")


fakes = subprocess.Popen([BINARIES / "examples" / "fakes"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
try:
    lines = iter(fakes.stdout.readline, "\n")
    env = dict(line.rstrip("\n").split("=", 1) for line in lines)
    for story, play in [("stripe", lambda: play_stripe(env)), ("twilio", lambda: play_twilio(env)), ("localstripe", lambda: compare(env["STRIPE_API_BASE"]))]:
        play()
finally:
    fakes.stdin.close()
    fakes.wait(10)
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
