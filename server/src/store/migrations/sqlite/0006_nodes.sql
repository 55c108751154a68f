-- What several nodes hold together is PostgreSQL's; a node on this engine is alone, and there is nothing to do.
SELECT 1;
