//! The kind is still there after signing.

use jurat_core::{Client, Grant, Signed};

fn send_grant(_: Signed<'_, Grant>) {}

fn send(signed: Signed<'_, Client>) {
    send_grant(signed);
}

fn main() {}
