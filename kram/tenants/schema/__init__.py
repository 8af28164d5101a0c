"""Schemas and roles: how a database becomes Kram's, how a shop's schema is made and kept current.

`tree.py` turns a folder of Alembic revisions into SQL text once · `roles.py` the roles that every
process and shop signs in or acts as · `platform.py` the control plane's own tree · `provision.py`
makes, claims and drops shops' schemas · `migrate.py` brings many shops to the newest revision.

Everything here signs in as the database's owner; no request handler does.
"""
