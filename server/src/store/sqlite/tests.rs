//! What only this engine promises, and what can only be provoked from inside.
