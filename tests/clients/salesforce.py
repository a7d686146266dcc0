"""Drives the fake Salesforce with PyPI simple-salesforce: if a client that others wrote works on it, it speaks as the platform.

    python salesforce.py FOLDER_OF_THE_BINARIES        (of `cargo build -p tests --example fakes`: FOLDER/examples/fakes)
"""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit

import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce, format_soql
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
)

FAKES = Path(sys.argv[1] if len(sys.argv) > 1 else "target/debug").resolve() / "examples" / "fakes"
passed = failed = 0


def check(holds, what, detail=""):
    global passed, failed
    if holds:
        passed += 1
        return
    failed += 1
    print(f"FAILED {what} {detail}", flush=True)


def refused(error, code, call, *args, **named):
    try:
        answer = call(*args, **named)
    except error as thrown:
        content = getattr(thrown, "content", "")
        check(code in str(content or thrown), f"{code} is told", str(content or thrown))
        return content
    except Exception as thrown:
        check(False, f"{code} as {error.__name__}", repr(thrown))
    else:
        check(False, f"{code} is refused", str(answer))


class ToFake(HTTPAdapter):
    """The library insists on https and salesforce.com: whatever host it wants is the fake's."""

    def __init__(self, url):
        self.url = url
        super().__init__()

    def send(self, request, **named):
        wanted = urlsplit(request.url)
        request.url = f"{self.url}{wanted.path}" + (f"?{wanted.query}" if wanted.query else "")
        return super().send(request, **named)


def login(variables):
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", ToFake(variables["SALESFORCE_LOGIN_URL"]))
    connect = lambda secret: Salesforce(
        consumer_key=variables["SALESFORCE_CLIENT_ID"], consumer_secret=secret, domain="hotel.my", session=session, version="62.0"
    )
    refused(SalesforceAuthenticationFailed, "invalid client", connect, "wrong")
    return connect(variables["SALESFORCE_CLIENT_SECRET"])


def play_reads(sf):
    rooms = sf.query_all("SELECT Id, Name, Room_Number__c, Nightly_Rate__c FROM Hotel_Room__c ORDER BY Room_Number__c")
    check(rooms["totalSize"] == 22 and rooms["records"][0]["Nightly_Rate__c"] == 149.99, "22 rooms")
    stay = sf.query(format_soql(
        "SELECT Name, (SELECT Name, Room__r.Room_Number__c, Opportunity__r.StageName FROM Bookings__r) "
        "FROM Contact WHERE Unique_Email__c = {}", "beth.gibbs@email.com"))["records"][0]
    booking = stay["Bookings__r"]["records"][0]
    check(booking["Room__r"]["Room_Number__c"] == "201" and booking["Opportunity__r"]["StageName"] == "Checked In", "a whole stay")
    found = sf.query(format_soql("SELECT FirstName FROM Contact WHERE LastName = {}", "O'Brien"))
    check(found["records"][0]["FirstName"] == "Patrick", "the library's own escaping")
    like = sf.query(format_soql("SELECT Id FROM Contact WHERE LastName LIKE '%{:like}%'", "50%_"))
    check(like["totalSize"] == 0, "the library's own escaping for LIKE")
    check(sf.query("SELECT COUNT() FROM Case")["totalSize"] == 3, "COUNT()")
    described = {field["name"]: field for field in sf.Booking__c.describe()["fields"]}
    check(described["External_ID__c"]["externalId"] and not described["External_ID__c"]["unique"], "describe")
    check("Booking__c" in [one["name"] for one in sf.describe()["sobjects"]], "the list of objects")
    check(sf.limits()["DailyApiRequests"]["Max"] == 15000, "limits")
    check(sf.api_usage["api-usage"].total == 15000 and sf.api_usage["api-usage"].used > 5, "Sforce-Limit-Info")
    check(sf.Contact.metadata()["objectDescribe"]["keyPrefix"] == "003", "an object's page")


def play_writes(sf):
    made = sf.Contact.create({"LastName": "Zweig", "Unique_Email__c": "z@example.com"})
    check(made["success"] and len(made["id"]) == 18, "create")
    check(sf.Contact.update(made["id"], {"FirstName": "Stefan"}) == 204, "update")
    check(sf.Contact.get(made["id"])["Name"] == "Stefan Zweig", "get")
    by_key = sf.Contact.get_by_custom_id("Unique_Email__c", "z@example.com")
    check(by_key["Id"] == made["id"], "get by external id")
    check(sf.Contact.upsert(f"Unique_Email__c/{quote('y@example.com')}", {"LastName": "Yourcenar"}) == 201, "an upsert that creates")
    check(sf.Contact.upsert("Unique_Email__c/y@example.com", {"FirstName": "Marguerite"}) == 200, "an upsert that updates")
    check(sf.Contact.delete(made["id"]) == 204, "delete")
    refused(SalesforceResourceNotFound, "ENTITY_IS_DELETED", sf.Contact.get, made["id"])
    sale = sf.query("SELECT Id FROM Opportunity LIMIT 1")["records"][0]["Id"]
    for _ in range(2):
        sf.Booking__c.create({"Opportunity__c": sale, "External_ID__c": "twin"})
    several = refused(SalesforceMoreThanOneRecord, "sobjects/Booking__c", sf.Booking__c.upsert, "External_ID__c/twin", {})
    check(several and len(several) == 2, "300 with two addresses", str(several))


def play_refusals(sf):
    bad = SalesforceMalformedRequest
    refused(bad, "INVALID_FIELD", sf.query, "SELECT Shoe FROM Contact")
    refused(bad, "INVALID_TYPE", sf.query, "SELECT Id FROM Ghost")
    refused(bad, "MALFORMED_QUERY", sf.query, "SELECT Id FROM Contact WHERE")
    refused(bad, "REQUIRED_FIELD_MISSING", sf.Contact.create, {"FirstName": "No"})
    refused(bad, "STRING_TOO_LONG", sf.Contact.create, {"LastName": "x" * 81})
    refused(bad, "DUPLICATE_VALUE", sf.Contact.create, {"LastName": "B", "Unique_Email__c": "beth.gibbs@email.com"})
    refused(bad, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", sf.Contact.create, {"LastName": "B", "Contact_Type__c": "Ghost"})
    refused(bad, "INVALID_FIELD_FOR_INSERT_UPDATE", sf.Case.create, {"CaseNumber": "1"})
    refused(SalesforceResourceNotFound, "NOT_FOUND", sf.Ghost__c.create, {})
    other = Salesforce(session_id="00D!none", instance_url=f"https://{sf.sf_instance}", session=sf.session, version="62.0")
    refused(SalesforceExpiredSession, "INVALID_SESSION_ID", other.query, "SELECT Id FROM Contact")


def play_many(sf):
    """Two collections, then every page of them."""
    for start in (0, 200, 400):
        records = [{"attributes": {"type": "SMS_Notification__c"}, "Twilio_Message_SID__c": f"SM{n}"} for n in range(start, start + 200)]
        saved = sf.restful("composite/sobjects", method="POST", data=json.dumps({"allOrNone": True, "records": records}))
        check(all(one["success"] for one in saved), "a collection of 200")
    sf.headers["Sforce-Query-Options"] = "batchSize=250"
    soql = "SELECT Id, Name FROM SMS_Notification__c ORDER BY Name"
    first = sf.query(soql)
    check(len(first["records"]) == 250 and not first["done"] and first["totalSize"] == 600, "the first page")
    second = sf.query_more(first["nextRecordsUrl"], identifier_is_url=True)
    check(len(second["records"]) == 250, "the second page")
    names = [record["Name"] for record in sf.query_all_iter(soql)]
    check(names == [f"SMS-{n:05}" for n in range(1, 601)], "every page once", str(len(names)))


def play_composite(sf):
    base = "/services/data/v62.0"
    ask = lambda subject, *parts: sf.restful("composite", method="POST", data=json.dumps({
        "allOrNone": True, "collateSubrequests": False,
        "compositeRequest": [
            {"method": "POST", "url": f"{base}/sobjects/Case", "referenceId": "case", "body": {"Subject": subject}}, *parts],
    }))["compositeResponse"]
    link = {"method": "PATCH", "url": f"{base}/sobjects/Case/@{{case.id}}", "referenceId": "link", "body": {"Status": "Working"}}
    done = ask("composite", link)
    check([one["httpStatusCode"] for one in done] == [201, 204], "a Composite", str(done))
    undone = ask("undone", {**link, "url": f"{base}/sobjects/Case/@{{nobody.id}}"})
    check([one["httpStatusCode"] for one in undone] == [400, 400], "a Composite that fails", str(undone))
    check(sf.query("SELECT Id FROM Case WHERE Subject IN ('composite', 'undone')")["totalSize"] == 1, "is rolled back")


with subprocess.Popen([FAKES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as fakes:
    variables = dict(line.strip().split("=", 1) for line in iter(fakes.stdout.readline, "\n"))
    try:
        sf = login(variables)
        for story in (play_reads, play_writes, play_refusals, play_many, play_composite):
            try:
                story(sf)
            except Exception as thrown:
                check(False, f"{story.__name__} runs to its end", repr(thrown))
    except (SalesforceAuthenticationFailed, SalesforceGeneralError) as thrown:
        check(False, "the login", repr(thrown))
    finally:
        fakes.stdin.close()
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
