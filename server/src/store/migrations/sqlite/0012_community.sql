-- Nodes that share a database give their community a name of its own; an embedded store has one program, and needs none.

SELECT 1;
