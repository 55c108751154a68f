//! The way in: a name, and a password where the name is an account.
//!
//! Accessible names: heading "Sign in to Confab"; fields "Username", "Password"; buttons "Start chatting" (or
//! "Sign in" with a password), "I have a password". What is wrong is said in an alert, or at its field.

use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::{ErrorCode, Username};

use super::Visitor;
use super::splash::{self, Begun};
use crate::components::field::Field;
use crate::components::logo::Logo;
use crate::components::title::Title;
use crate::parts;
use crate::server_api::{ApiError, sign_in};
use crate::words::{words, wrong_username};

/// The sign-in page.
#[component]
pub fn SignIn() -> impl IntoView {
    let visitor = expect_context::<Visitor>();
    let form = SignInForm::new(visitor);
    let name_field = NodeRef::<Input>::new();
    let password_field = NodeRef::<Input>::new();
    Effect::new(move |_| {
        form.go_on(splash::take_away());
        request_idle_callback(parts::expect_chat);
        if let Some(field) = name_field.get() {
            let _ = field.focus();
        }
    });
    Effect::new(move |_| {
        // Wherever the password is asked for, it is what comes next.
        if let Some(field) = password_field.get().filter(|_| form.with_password.get()) {
            let _ = field.focus();
        }
    });
    view! {
        <Title text=words().front.title />
        <main class="front">
            <div class="front-card">
                <Logo />
                <h1>{words().front.heading}</h1>
                <p class="lead">{words().front.lead}</p>
                {move || visitor.reason().map(|reason| view! { <p class="callout" role="status">{reason}</p> })}
                <form
                    class="stack"
                    on:submit=move |event| {
                        event.prevent_default();
                        form.submit();
                    }
                >
                    <Field label=words().front.username value=form.username error=form.username_error autocomplete="username" field=name_field />
                    <Show when=move || form.with_password.get()>
                        <Field
                            label=words().front.password
                            kind="password"
                            value=form.password
                            error=form.password_error
                            autocomplete="current-password"
                            field=password_field
                        />
                    </Show>
                    {move || form.error.get().map(|error| view! { <p class="callout callout-bad" role="alert">{error}</p> })}
                    <button class="button button-primary button-wide" type="submit" aria-disabled=move || form.busy.get().to_string()>
                        {move || match (form.busy.get(), form.with_password.get()) {
                            (true, _) => words().general.one_moment,
                            (false, true) => words().front.sign_in,
                            (false, false) => words().front.start,
                        }}
                    </button>
                    <Show when=move || !form.with_password.get()>
                        <button class="button button-quiet button-wide" type="button" on:click=move |_| form.with_password.set(true)>
                            {words().front.have_password}
                        </button>
                    </Show>
                </form>
                <p class="fine">{words().front.no_account_needed}</p>
            </div>
        </main>
    }
}

#[derive(Clone, Copy)]
struct SignInForm {
    visitor: Visitor,
    username: RwSignal<String>,
    password: RwSignal<String>,
    with_password: RwSignal<bool>,
    username_error: RwSignal<Option<String>>,
    password_error: RwSignal<Option<String>>,
    error: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

impl SignInForm {
    fn new(visitor: Visitor) -> Self {
        Self {
            visitor,
            username: RwSignal::new(String::new()),
            password: RwSignal::new(String::new()),
            with_password: RwSignal::new(false),
            username_error: RwSignal::new(None),
            password_error: RwSignal::new(None),
            error: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// Goes on from what was done before the program was there.
    fn go_on(self, begun: Begun) {
        if !begun.username.is_empty() {
            self.username.set(begun.username);
        }
        if begun.with_password {
            self.with_password.set(true);
        } else if begun.sent {
            self.submit();
        }
    }

    fn submit(self) {
        if self.busy.get_untracked() {
            return;
        }
        for error in [self.username_error, self.password_error, self.error] {
            error.set(None);
        }
        let username = self.username.with_untracked(|name| name.trim().to_owned());
        if let Err(error) = username.parse::<Username>() {
            self.username_error.set(Some(wrong_username(error)));
            return;
        }
        let password = self.password.get_untracked();
        let password = (self.with_password.get_untracked() && !password.is_empty()).then_some(password);
        self.busy.set(true);
        spawn_local(async move {
            let answer = sign_in(username, password).await;
            let _ = self.busy.try_set(false);
            match answer {
                Ok(account) => self.visitor.signed_in(account),
                Err(error) => self.refused(error),
            }
        });
    }

    fn refused(self, refusal: ApiError) {
        let message = Some(refusal.told());
        let ApiError(error) = refusal;
        match (error.code, error.field.as_deref()) {
            (ErrorCode::CredentialsNeeded, _) => {
                self.with_password.set(true);
                self.password_error.set(message);
            }
            (ErrorCode::WrongCredentials, _) | (_, Some("password")) => {
                self.with_password.set(true);
                self.password.set(String::new());
                self.password_error.set(message);
            }
            (ErrorCode::NameTaken, _) | (_, Some("username")) => self.username_error.set(message),
            _ => self.error.set(message),
        }
    }
}
