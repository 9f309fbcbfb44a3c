"""What people and programs reach over HTTP: routes, schemas, headers, refusals."""
