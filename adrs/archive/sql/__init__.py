"""The archive on a SQL database, through SQLAlchemy."""
