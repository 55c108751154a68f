//! A labelled text field that says what is wrong with what is in it.

use leptos::html::Input;
use leptos::prelude::*;

/// One line of text.
#[component]
pub fn Field(
    /// What it is called.
    #[prop(into)]
    label: String,
    /// What is in it.
    value: RwSignal<String>,
    /// What is wrong with it.
    error: RwSignal<Option<String>>,
    /// The kind of input.
    #[prop(default = "text")]
    kind: &'static str,
    /// What a password manager should make of it.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What helps to fill it in.
    #[prop(optional)]
    hint: &'static str,
    /// Whether it has the focus when the dialog around it opens.
    #[prop(optional)]
    autofocus: bool,
    /// The element itself, for whoever moves the focus.
    #[prop(optional)]
    field: NodeRef<Input>,
) -> impl IntoView {
    let id = format!("field-{}", label.to_lowercase().replace(' ', "-"));
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let described_by = format!("{hint_id} {error_id}");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id
                class="input"
                type=kind
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                autofocus=autofocus
                aria-describedby=described_by
                aria-invalid=move || error.with(|error| error.is_some().then_some("true"))
                bind:value=value
                node_ref=field
            />
            <p class="field-hint" id=hint_id hidden=hint.is_empty()>
                {hint}
            </p>
            <p class="field-error" id=error_id role="alert">
                {move || error.get()}
            </p>
        </div>
    }
}
