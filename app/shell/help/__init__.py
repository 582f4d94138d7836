"""The help: topics of the documents, and the page that shows them."""
