//! Libraries that make the same assertion, each in the way that is fastest with it: the key is parsed once, and what does not
//! change from one assertion to the next is kept where the library's API allows that.

#[cfg(feature = "peers")]
mod peers;

use core::hint::black_box;

use jurat_core::{
    ClientAssertion, CombSigner, Es256Signature, Es256Signer, IssuerIdentifier, JwtId, NumericDate, SoftwareSigner,
    ToBeSigned,
};

pub const CLIENT_ID: &str = "device-7";
pub const ISSUER: &str = "https://authorization-server.example";
pub const KEY_ID: &str = "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U";
pub const TYPE: &str = "client-authentication+jwt";
pub const LIFETIME: u64 = 60;

/// The test key of RFC 7515 appendix A.3.
pub const KEY: [u8; 32] = [
    0x8e, 0x9b, 0x10, 0x9e, 0x71, 0x90, 0x98, 0xbf, 0x98, 0x04, 0x87, 0xdf, 0x1f, 0x5d, 0x77, 0xe9, 0xcb, 0x29, 0x60,
    0x6e, 0xbe, 0xd2, 0x26, 0x3b, 0x5f, 0x57, 0xc2, 0x13, 0xdf, 0x84, 0xf4, 0xb2,
];

/// What is new in every assertion.
#[derive(Clone, Copy)]
pub struct Fresh {
    pub issued_at: u64,
    pub random: [u8; 16],
}

/// A new one for each assertion, at next to no cost.
pub struct Source(u64);

impl Default for Source {
    fn default() -> Self {
        Self(1_795_459_454)
    }
}

impl Iterator for Source {
    type Item = Fresh;

    fn next(&mut self) -> Option<Fresh> {
        self.0 = self.0.wrapping_add(1);
        let random = u128::from(self.0).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        Some(Fresh { issued_at: self.0, random: random.to_be_bytes() })
    }
}

/// Makes one assertion and shows it, before it goes again.
pub type Make = Box<dyn FnMut(Fresh, &mut dyn FnMut(&str))>;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// jurat, with a signer of its own.
    Ours,
    /// jurat with a signer on a library that it does not use.
    Candidate,
    /// jurat with a signer that does nothing.
    Unsigned,
    /// Another library.
    Peer,
    /// Another library, with nothing but Rust in it.
    PurePeer,
}

pub struct Contestant {
    pub name: String,
    pub kind: Kind,
    pub make: Make,
}

/// All of them. Those of other libraries are there with the feature `peers`.
#[must_use]
pub fn contestants() -> Vec<Contestant> {
    let tables = if cfg!(any(feature = "host", feature = "peers")) { " with tables" } else { "" };
    let software = SoftwareSigner::from_scalar(&KEY).expect("a key");
    let all = [
        ours("jurat, comb".into(), Kind::Ours, CombSigner::from_scalar(&KEY).expect("a key")),
        ours(format!("jurat, p256{tables}"), Kind::Ours, software),
        ours("jurat, everything but the signature".into(), Kind::Unsigned, Unsigned),
    ]
    .into_iter();
    #[cfg(feature = "host")]
    let all = all.chain([host()]);
    #[cfg(feature = "peers")]
    let all = all.chain(peers::contestants());
    all.collect()
}

#[cfg(feature = "host")]
fn host() -> Contestant {
    let host = jurat_core::HostSigner::from_scalar(&KEY).expect("a key");
    ours(format!("jurat, host: {} {}", host.backend(), version(host.backend())), Kind::Ours, host)
}

fn ours<S: Es256Signer + 'static>(name: String, kind: Kind, mut signer: S) -> Contestant
where
    S::Error: core::fmt::Debug,
{
    let issuer = IssuerIdentifier::new(ISSUER).expect("an issuer");
    let make = move |fresh: Fresh, show: &mut dyn FnMut(&str)| {
        let mut buffer = [0; 512];
        let now = NumericDate::from_seconds(fresh.issued_at).expect("a time");
        let assertion = ClientAssertion::new(CLIENT_ID, issuer, now, JwtId::random(fresh.random)).with_key_id(KEY_ID);
        show(assertion.sign_with(&mut buffer, &mut signer).expect("a signature").as_str());
    };
    Contestant { name, kind, make: Box::new(make) }
}

/// Gives the same signature for everything.
struct Unsigned;

impl Es256Signer for Unsigned {
    type Error = jurat_core::Error;

    fn sign(&mut self, input: &ToBeSigned<'_>) -> Result<Es256Signature, jurat_core::Error> {
        black_box(input.message());
        Es256Signature::from_bytes(black_box([0x55; 64]))
    }
}

/// The versions that this was built with, from the lock file.
#[must_use]
pub fn version(package: &str) -> &'static str {
    let lock = include_str!("../Cargo.lock");
    let name = format!("name = \"{package}\"\nversion = \"");
    lock.split_once(&name).and_then(|(_, rest)| rest.split_once('"')).map_or("?", |(version, _)| version)
}
