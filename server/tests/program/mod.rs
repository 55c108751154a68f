//! The program itself: how it starts, what it says when it cannot, what it loses when it is killed (nothing it
//! acknowledged), and the web app's login. The next test of a command or of an HTTP page goes here, into the file of
//! its subject.

mod accounts;
mod administration;
mod durability;
mod files;
mod login;
mod operation;
mod pages;
mod postgres;
mod tls;
pub mod webhooks;
mod wire;
