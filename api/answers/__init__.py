"""What each operation answers, as small types: FastAPI reads them into the OpenAPI file, and the tests hold every answer to them."""
