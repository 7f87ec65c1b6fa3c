"""The rows of reports that ask ``simulate``. Declarations stay cheap to import without them."""
