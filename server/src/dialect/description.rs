//! What a dialect says about itself, for documents: where it is, what its frames look like, and a sample of each. The
//! shapes come from the very types that the dialect reads and writes.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// Where documents keep the shapes that frames refer to.
const SHAPES: &str = "/components/schemas";

/// A dialect as documents show it.
#[derive(Clone, Debug)]
pub struct Description {
    /// Its module's name, which is also its page's: `docs/dialects/<name>.md`.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What it is for, in a sentence or two.
    pub summary: &'static str,
    /// Where it is spoken.
    pub addresses: Vec<Address>,
    /// What a client sends.
    pub client: Vec<FrameKind>,
    /// What the server sends.
    pub server: Vec<FrameKind>,
    /// Shapes that the frames refer to, by name.
    pub shapes: Map<String, Value>,
}

/// A place where a dialect is spoken.
#[derive(Clone, Copy, Debug)]
pub struct Address {
    /// A name for it, of letters, digits and underscores.
    pub id: &'static str,
    /// Which of the server's listeners.
    pub listener: Listener,
    /// The path there, with `{parameters}`.
    pub path: &'static str,
    /// What is there.
    pub summary: &'static str,
    /// Parameters of the path: name and meaning.
    pub parameters: &'static [(&'static str, &'static str)],
    /// Parameters of the query, `token` left out: name and meaning.
    pub query: &'static [(&'static str, &'static str)],
}

/// A listener of the server.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Listener {
    /// The main one; WebSocket.
    Http,
    /// TMP's own; WebSocket.
    Tmp,
    /// Lines over TCP.
    Line,
}

/// A kind of frame.
#[derive(Clone, Debug)]
pub struct FrameKind {
    /// Its name in the dialect.
    pub name: String,
    /// What it says.
    pub summary: String,
    /// Whether it is JSON; text otherwise.
    pub json: bool,
    /// Its shape as JSON Schema (draft 7).
    pub shape: Value,
    /// What it looks like on the wire.
    pub samples: Vec<&'static str>,
}

impl Address {
    /// A path of the main listener.
    #[must_use]
    pub const fn http(id: &'static str, path: &'static str, summary: &'static str) -> Self {
        Self { id, listener: Listener::Http, path, summary, parameters: &[], query: &[] }
    }

    /// The same address on another listener.
    #[must_use]
    pub const fn on(self, listener: Listener) -> Self {
        Self { listener, ..self }
    }

    /// With parameters in its path.
    #[must_use]
    pub const fn with_parameters(self, parameters: &'static [(&'static str, &'static str)]) -> Self {
        Self { parameters, ..self }
    }

    /// With parameters in its query.
    #[must_use]
    pub const fn with_query(self, query: &'static [(&'static str, &'static str)]) -> Self {
        Self { query, ..self }
    }
}

impl Description {
    /// A dialect whose addresses and frames are still to be told.
    #[must_use]
    pub fn new(name: &'static str, title: &'static str, summary: &'static str) -> Self {
        let (addresses, client, server) = (Vec::new(), Vec::new(), Vec::new());
        Self { name, title, summary, addresses, client, server, shapes: Map::new() }
    }

    /// It is spoken here.
    #[must_use]
    pub fn at(mut self, address: Address) -> Self {
        self.addresses.push(address);
        self
    }

    /// A client sends JSON of this type.
    #[must_use]
    pub fn hears<T: JsonSchema>(mut self, name: &str, summary: &str, samples: &[&'static str]) -> Self {
        let shape = self.shape_of::<T>(SchemaSettings::draft07().for_deserialize());
        self.client.push(FrameKind::json(name, summary, shape, samples));
        self
    }

    /// The server sends JSON of this type.
    #[must_use]
    pub fn says<T: JsonSchema>(mut self, name: &str, summary: &str, samples: &[&'static str]) -> Self {
        let shape = self.shape_of::<T>(SchemaSettings::draft07().for_serialize());
        self.server.push(FrameKind::json(name, summary, shape, samples));
        self
    }

    /// A client sends text that looks like this regular expression.
    #[must_use]
    pub fn hears_text(mut self, name: &str, summary: &str, pattern: &str, samples: &[&'static str]) -> Self {
        self.client.push(FrameKind::text(name, summary, pattern, samples));
        self
    }

    /// The server sends text that looks like this regular expression.
    #[must_use]
    pub fn says_text(mut self, name: &str, summary: &str, pattern: &str, samples: &[&'static str]) -> Self {
        self.server.push(FrameKind::text(name, summary, pattern, samples));
        self
    }

    /// A client sends JSON of an enum's variants, told apart by their `type`, by which the samples find theirs too.
    #[must_use]
    pub fn hears_each<T: JsonSchema>(mut self, samples: &[&'static str]) -> Self {
        let shape = self.shape_of::<T>(SchemaSettings::draft07().for_deserialize());
        self.client.extend(each(&shape, samples));
        self
    }

    /// The server sends JSON of an enum's variants, told apart by their `type`, by which the samples find theirs too.
    #[must_use]
    pub fn says_each<T: JsonSchema>(mut self, samples: &[&'static str]) -> Self {
        let shape = self.shape_of::<T>(SchemaSettings::draft07().for_serialize());
        self.server.extend(each(&shape, samples));
        self
    }

    /// Whatever a client sends may hold one more field.
    #[must_use]
    pub fn hearing_also<T: JsonSchema>(mut self, field: &str) -> Self {
        let shape = self.shape_of::<T>(SchemaSettings::draft07());
        for kind in &mut self.client {
            kind.shape["properties"][field] = shape.clone();
        }
        self
    }

    /// The type's own shape; those it refers to are put with the others, under names that no other dialect uses.
    fn shape_of<T: JsonSchema>(&mut self, settings: SchemaSettings) -> Value {
        let mut generator = settings.with(|settings| settings.definitions_path = SHAPES.into()).into_generator();
        let mut shape = generator.subschema_for::<T>().to_value();
        let mut definitions = generator.take_definitions(true);
        if let Some(own) = definitions.remove(T::schema_name().as_ref()) {
            shape = own;
        }
        rename(&mut shape, self.name);
        for (name, mut definition) in definitions {
            rename(&mut definition, self.name);
            self.shapes.insert(format!("{}.{name}", self.name), definition);
        }
        shape
    }
}

impl FrameKind {
    fn json(name: &str, summary: &str, shape: Value, samples: &[&'static str]) -> Self {
        Self { name: name.to_owned(), summary: summary.to_owned(), json: true, shape, samples: samples.to_vec() }
    }

    fn text(name: &str, summary: &str, pattern: &str, samples: &[&'static str]) -> Self {
        let shape = json!({ "type": "string", "pattern": pattern });
        Self { json: false, ..Self::json(name, summary, shape, samples) }
    }
}

/// A kind for each variant of an enum.
fn each(shape: &Value, samples: &[&'static str]) -> Vec<FrameKind> {
    let variants = shape["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
    let kind = |variant: &Value| {
        let name = variant["properties"]["type"]["const"].as_str()?;
        let samples: Vec<_> =
            samples.iter().filter(|sample| type_of(sample).as_deref() == Some(name)).copied().collect();
        let summary = variant["description"].as_str().unwrap_or_default();
        Some(FrameKind::json(name, summary, variant.clone(), &samples))
    };
    variants.iter().filter_map(kind).collect()
}

fn type_of(sample: &str) -> Option<String> {
    serde_json::from_str::<Value>(sample).ok()?["type"].as_str().map(str::to_owned)
}

/// Lets all references lead to the shapes of one dialect.
fn rename(shape: &mut Value, dialect: &str) {
    match shape {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(target) if key == "$ref" => {
                        if let Some((path, name)) = target.rsplit_once('/') {
                            *target = format!("{path}/{dialect}.{name}");
                        }
                    }
                    other => rename(other, dialect),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, dialect)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
