"""What machines read of the public pack: a Frictionless data package, and a DCAT record in JSON-LD."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.coverage_words import Field
from flows.public_pack_words import SHEETS, Sheet

TITLE = "Social protection registers compared: who is reached and who is not"
ABOUT = (
    "Coverage of social protection programmes from linked registers, with intervals; findings for review, answers and "
    "grievances. Counts only: small ones are left out. method.md says how they were made and how far to trust them."
)
KEYWORDS = ("social protection", "coverage", "exclusion", "record linkage")
TYPES = {".csv": "text/csv", ".html": "text/html", ".md": "text/markdown",
         ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}  # fmt: skip
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True)
class About:
    """What the metadata say of a pack as a whole; `licence` is an SPDX id, or None where policy names none."""

    run_id: str
    as_of: str
    licence: str | None

    @property
    def licence_address(self) -> str:
        return f"https://spdx.org/licenses/{self.licence}.html"


def data_package(folder: Path, about: About) -> str:
    """`datapackage.json`: the tables with their schemas, then the other files. Describes the files of a folder."""
    tables = [_table(folder, sheet) for sheet in SHEETS]
    described = {f"{sheet.name}.csv" for sheet in SHEETS}
    others = [_file(path) for path in sorted(folder.iterdir()) if path.name not in described]
    package: dict[str, Any] = {
        "profile": "data-package",
        "name": f"social-protection-coverage-{about.run_id}",
        "title": TITLE,
        "description": ABOUT,
        "version": about.run_id,
        "created": f"{about.as_of}T00:00:00Z",
        "keywords": KEYWORDS,
        "resources": [*tables, *others],
    }
    if about.licence:
        package["licenses"] = [{"name": about.licence, "path": about.licence_address}]
    return _json(package)


def dcat(folder: Path, about: About) -> str:
    """`dcat.jsonld`: the pack as a dcat:Dataset, each file one of its distributions."""
    record: dict[str, Any] = {
        "@context": CONTEXT,
        "@id": f"urn:reconcile:{about.run_id}",
        "@type": "dcat:Dataset",
        "dct:identifier": about.run_id,
        "dct:title": [{"@value": TITLE, "@language": "en"}],
        "dct:description": [{"@value": ABOUT, "@language": "en"}],
        "dct:issued": {"@value": about.as_of, "@type": "xsd:date"},
        "dcat:keyword": KEYWORDS,
        "dcat:distribution": [_distribution(path, about) for path in sorted(folder.iterdir()) if path.suffix in TYPES],
    }
    if about.licence:
        record["dct:license"] = {"@id": about.licence_address}
    return _json(record)


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _file(path: Path) -> dict[str, Any]:
    return {
        "name": path.name.replace(".", "-").lower(),
        "path": path.name,
        "mediatype": TYPES.get(path.suffix, "application/json"),
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest(path)}",
    }


def _table(folder: Path, sheet: Sheet) -> dict[str, Any]:
    schema = {
        "fields": [_field(field) for field in sheet.fields],
        "primaryKey": sheet.key,
        "missingValues": [""],
    }
    path = folder / f"{sheet.name}.csv"
    told = {"name": sheet.name, "title": sheet.title, "profile": "tabular-data-resource", "format": "csv"}
    return _file(path) | told | {"encoding": "utf-8", "schema": schema}


def _field(field: Field) -> dict[str, Any]:
    told = {"name": field.name, "type": field.type, "description": field.meaning, "standard": field.standard}
    return told | ({"constraints": {"enum": field.values}} if field.values else {})


def _distribution(path: Path, about: About) -> dict[str, Any]:
    told: dict[str, Any] = {
        "@type": "dcat:Distribution",
        "dct:title": path.name,
        "dcat:downloadURL": {"@id": path.name},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{TYPES[path.suffix]}"},
        "dcat:byteSize": {"@value": str(path.stat().st_size), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": digest(path),
        },
    }
    return told | ({"dct:license": {"@id": about.licence_address}} if about.licence else {})


def _json(told: Any) -> str:
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def check_sums(paths: Iterable[Path]) -> str:
    """`SHA256SUMS`, as sha256sum writes and reads it."""
    return "".join(f"{digest(path)}  {path.name}\n" for path in sorted(paths))
