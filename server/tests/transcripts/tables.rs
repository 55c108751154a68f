//! What the native protocol's page must name: every kind of frame, every error code, every close code.

use schemars::JsonSchema;
use serde_json::Value;
use shared::{ClientMessage, CloseCode, ErrorCode, ServerMessage};

use super::page;

/// The names that tell an enum's variants apart on the wire.
fn names<T: JsonSchema>(field: Option<&str>) -> Vec<String> {
    let shape = schemars::schema_for!(T).to_value();
    let variants = shape["oneOf"].as_array().expect("an enum");
    let name = |variant: &Value| {
        let holder = field.map_or(variant, |field| &variant["properties"][field]);
        holder["const"].as_str().expect("a name").to_owned()
    };
    variants.iter().map(name).collect()
}

#[track_caller]
fn shows(start: &str, names: &[String], what: &str) {
    let page = page("native.md");
    let lines: Vec<_> = page.lines().filter(|line| line.contains(start)).collect();
    for name in names {
        let shown = lines.iter().any(|line| line.contains(&what.replace("NAME", name)));
        assert!(shown, "docs/dialects/native.md shows no {name}");
    }
}

#[test]
fn every_frame_of_a_client_is_shown() {
    shows("> ", &names::<ClientMessage>(Some("type")), r#"> {"type":"NAME""#);
}

#[test]
fn every_frame_of_the_server_is_shown() {
    shows(r#"{"type":"#, &names::<ServerMessage>(Some("type")), r#"{"type":"NAME""#);
}

#[test]
fn every_error_code_is_in_the_table() {
    shows("| `", &names::<ErrorCode>(None), "| `NAME` |");
}

#[test]
fn every_close_code_is_in_the_table() {
    let codes: Vec<_> = CloseCode::ALL.iter().map(|code| code.number().to_string()).collect();
    shows("| ", &codes, "| NAME |");
}
