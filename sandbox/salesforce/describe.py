"""The describe answers, built from what the schema recorded; knows no rows."""

from sandbox.salesforce.schema import Schema, SObject
from sandbox.salesforce.shapes import API_PATH, Record

VERSIONS = ("58.0", "59.0", "60.0", "61.0", "62.0", "63.0", "64.0", "65.0", "66.0", "67.0")
_GLOBAL = (
    "activateable",
    "createable",
    "custom",
    "customSetting",
    "deepCloneable",
    "deletable",
    "deprecatedAndHidden",
    "feedEnabled",
    "hasSubtypes",
    "isInterface",
    "isSubtype",
    "keyPrefix",
    "label",
    "labelPlural",
    "layoutable",
    "mergeable",
    "mruEnabled",
    "name",
    "queryable",
    "replicateable",
    "retrieveable",
    "searchable",
    "triggerable",
    "undeletable",
    "updateable",
)


def versions() -> list[Record]:
    """The API versions served, oldest first."""
    first = 2023 * 3 + 1  # Summer '23 is 58.0, and every season adds one.
    answer: list[Record] = []
    for at, version in enumerate(VERSIONS):
        year, season = divmod(first + at, 3)
        label = ("Spring", "Summer", "Winter")[season]
        shown = year + 1 if label == "Winter" else year
        answer.append({"label": f"{label} '{shown % 100}", "url": f"/services/data/v{version}", "version": version})
    return answer


def resources() -> Record:
    """The entry points of one version."""
    names = ("sobjects", "query", "queryAll", "limits", "composite")
    return {name: f"{API_PATH}/{name}" for name in names}


def global_describe(schema: Schema) -> Record:
    """Every object, without its fields."""
    served = [each for each in schema.objects.values() if each.prefix]
    return {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": [_summary(each) for each in served]}


def describe(sobject: SObject) -> Record:
    """One object with its fields and child relationships."""
    return {
        **sobject.describe,
        "fields": [dict(field.describe) for field in sobject.fields.values()],
        "recordTypeInfos": [],
        "supportedScopes": [],
        "urls": _urls(sobject),
    }


def basic(sobject: SObject) -> Record:
    """What GET on the object itself answers with."""
    return {"objectDescribe": _summary(sobject), "recentItems": []}


def _summary(sobject: SObject) -> Record:
    return {name: sobject.describe[name] for name in _GLOBAL} | {"urls": _urls(sobject)}


def _urls(sobject: SObject) -> Record:
    base = f"{API_PATH}/sobjects/{sobject.name}"
    return {"sobject": base, "describe": f"{base}/describe", "rowTemplate": f"{base}/{{ID}}"}
