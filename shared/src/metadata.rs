//! How deep metadata may nest. Readers of JSON give up somewhere, most at a depth of 128; what is let in has to be read
//! again where it stands inside of something else: in a page of history, a report, a line of an export.

use serde_json::Value;

use crate::MetadataMap;

/// How deep metadata may nest, the object itself counted.
pub const MAX_METADATA_DEPTH: usize = 32;

/// Whether metadata nests deeper than it may.
#[must_use]
pub fn nests_too_deep(metadata: &MetadataMap) -> bool {
    metadata.values().any(|value| is_deeper(value, MAX_METADATA_DEPTH - 1))
}

fn is_deeper(value: &Value, most: usize) -> bool {
    match value {
        Value::Array(values) => most == 0 || values.iter().any(|value| is_deeper(value, most - 1)),
        Value::Object(values) => most == 0 || values.values().any(|value| is_deeper(value, most - 1)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Metadata of which the innermost array or object is so deep.
    fn metadata(depth: usize) -> MetadataMap {
        let inner = (2..depth).fold(Value::Array(Vec::new()), |inner, _| serde_json::json!({ "a": inner }));
        MetadataMap::from_iter([("a".to_owned(), inner)])
    }

    #[test]
    fn so_deep_and_no_deeper() {
        assert!(!nests_too_deep(&MetadataMap::new()));
        assert!(!nests_too_deep(&metadata(MAX_METADATA_DEPTH)));
        assert!(nests_too_deep(&metadata(MAX_METADATA_DEPTH + 1)));
    }
}
