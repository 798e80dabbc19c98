"""The entries of the bibliography, and what each must be; run as a script it prints an entry's digest.

python tests/bibliography.py            all digests, as tests/bibliography.txt holds them
python tests/bibliography.py kingma2015   those of some entries
"""

import hashlib
import re
import sys
import unicodedata
from pathlib import Path

BIBLIOGRAPHY = Path(__file__).parents[1] / "book" / "references.bib"
REQUIRED = {
    "article": {"author", "title", "journal", "year"},
    "book": {"author", "title", "publisher", "year"},
    "incollection": {"author", "title", "booktitle", "publisher", "year"},
    "inproceedings": {"author", "title", "booktitle", "year"},
    "misc": {"author", "title", "year"},
    "phdthesis": {"author", "title", "school", "year"},
}
KNOWN = set().union(*REQUIRED.values()) | {
    "doi",
    "edition",
    "howpublished",
    "note",
    "number",
    "pages",
    "series",
    "volume",
}


def entries(text):
    """The entries of a bibliography by key, each as a dictionary of its fields and its `type`."""
    found = {}
    for kind, key, body in re.findall(r"^@(\w+)\{([^,\s]+),\n(.*?)^\}", text, re.MULTILINE | re.DOTALL):
        fields = dict(re.findall(r"^  (\w+) = \{(.*)\},?$", body, re.MULTILINE))
        assert len(fields) == len(body.strip().splitlines()), f"{key}: every field wants a line of its own"
        assert key not in found, f"{key}: given twice"
        found[key] = fields | {"type": kind}
    assert len(found) == text.count("@"), "an entry is not in the form that the others have"
    return found


def digest(entry):
    """Twelve digits that change with any field of an entry."""
    text = "\n".join(f"{name} = {value}" for name, value in sorted(entry.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def surname(entry):
    """The first author's surname in plain lower-case letters, as it begins a key."""
    first = re.sub(r"\\.|[{}]", "", entry["author"].partition(" and ")[0].partition(",")[0])
    plain = unicodedata.normalize("NFKD", first).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", plain.lower())


def complaints(key, entry):
    """What is wrong with an entry, as far as the entry itself tells."""
    found = [f"{key}: has no {name}" for name in sorted(REQUIRED[entry["type"]] - set(entry))]
    found += [f"{key}: the field {name} is not one of ours" for name in sorted(set(entry) - KNOWN - {"type"})]
    year = entry.get("year", "")
    if not re.fullmatch(rf"{surname(entry)}{year}[a-z]*", key):
        found.append(f"{key}: expected a key that begins with {surname(entry)}{year}")
    if not re.fullmatch(r"1[89]\d\d|20[0-3]\d", year):
        found.append(f"{key}: {year!r} is not a year")
    if "doi" in entry and not re.fullmatch(r"10\.\d{4,5}/[!-~]+[0-9A-Za-z]", entry["doi"]):
        found.append(f"{key}: {entry['doi']!r} is not a DOI")
    in_doi = re.findall(r"\.((?:19|20)\d\d)\.", entry.get("doi", "")) if entry["type"] == "inproceedings" else []
    found += [f"{key}: the DOI is of {other}" for other in in_doi if other != year]
    if entry["type"] == "article" and not ({"volume", "pages"} <= set(entry) or "doi" in entry):
        found.append(f"{key}: an article wants volume and pages, or a DOI")
    if entry["type"] == "misc" and not {"howpublished", "note"} & set(entry):
        found.append(f"{key}: says nowhere where it was published")
    return found + page_complaints(key, entry) + preprint_complaints(key, entry)


def page_complaints(key, entry):
    """Pages are one number, or a range that rises."""
    pages = re.fullmatch(r"(?:\d+:)?(\d+)(?:--(?:\d+:)?(\d+))?", entry.get("pages", "1"))
    if pages and (pages[2] is None or int(pages[1]) < int(pages[2])):
        return []
    return [f"{key}: {entry['pages']!r} are no pages"]


def preprint_complaints(key, entry):
    """A preprint has the year of its number; a paper comes out at most two years after its preprint, or one before."""
    number = re.search(r"arXiv:(\d\d)(\d\d)\.(\d{4,5})$", entry.get("note", entry.get("howpublished", "")))
    if number is None:
        return [f"{key}: not an arXiv number"] if "arXiv" in str(entry) else []
    late = int(entry["year"]) - 2000 - int(number[1])
    digits = 4 if int(number[1]) < 15 else 5
    if not 1 <= int(number[2]) <= 12 or len(number[3]) != digits:
        return [f"{key}: {number[0]} is no arXiv number"]
    if not (late == 0 if entry["type"] == "misc" else -1 <= late <= 2):
        return [f"{key}: {number[0]} is not of {entry['year']}"]
    return []


if __name__ == "__main__":
    every = entries(BIBLIOGRAPHY.read_text(encoding="utf-8"))
    for name in sys.argv[1:] or sorted(every):
        print(name, digest(every[name]))
