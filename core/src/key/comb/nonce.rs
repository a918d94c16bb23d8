//! Nonces (RFC 6979 section 3.2, with SHA-256).

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::order;
use super::words::{self, Words};
use crate::encoding::output::copy;

/// One candidate for a nonce after the other.
pub(super) struct Nonces {
    /// HMAC under K, nothing in it yet.
    mac: Hmac<Sha256>,
    v: Zeroizing<[u8; 32]>,
}

impl Nonces {
    /// For this key and this hash, which is below n; `added` is additional input (section 3.6).
    pub(super) fn new(key: &[u8; 32], hash: &[u8; 32], added: &[u8]) -> Self {
        let mut nonces = Self { mac: under(&[0; 32]), v: Zeroizing::new([1; 32]) };
        nonces.update(&[&[0], key, hash, added]);
        nonces.update(&[&[1], key, hash, added]);
        nonces
    }

    /// The next candidate in 1..n. Whether one was passed over shows in the time; it happens once in 2^32.
    pub(super) fn next(&mut self) -> Zeroizing<Words> {
        loop {
            self.step();
            let candidate = Zeroizing::new(words::from_bytes(&self.v));
            let (_, below) = words::subtract(&candidate, &order::ORDER);
            if below == 1 && !words::is_zero(&candidate) {
                return candidate;
            }
            self.update(&[&[0]]);
        }
    }

    /// K = HMAC_K(V || parts), V = HMAC_K(V).
    fn update(&mut self, parts: &[&[u8]]) {
        let mut mac = self.mac.clone();
        mac.update(self.v.as_slice());
        for part in parts {
            mac.update(part);
        }
        self.mac = under(&Zeroizing::new(mac.finalize().into_bytes().into()));
        self.step();
    }

    /// V = HMAC_K(V).
    fn step(&mut self) {
        let mut mac = self.mac.clone();
        mac.update(self.v.as_slice());
        *self.v = mac.finalize().into_bytes().into();
    }
}

/// HMAC under this key.
fn under(key: &[u8; 32]) -> Hmac<Sha256> {
    // A key that is shorter than a block is filled up with zeros (RFC 2104 section 2).
    let mut block = Zeroizing::new([0; 64]);
    copy(block.as_mut_slice(), key);
    Hmac::new(&(*block).into())
}
