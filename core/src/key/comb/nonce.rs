//! Nonces (RFC 6979 section 3.2, with SHA-256).

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::words::{self, Words};
use super::{let_out, order};
use crate::encoding::output::copy;

/// One candidate for a nonce after the other.
pub(super) struct Nonces {
    k: Zeroizing<[u8; 32]>,
    v: Zeroizing<[u8; 32]>,
}

impl Nonces {
    /// For this key and this hash, which is below n; `added` is additional input (section 3.6).
    // What this needs of the stack is not needed while the nonce is used.
    #[inline(never)]
    pub(super) fn new(key: &[u8; 32], hash: &[u8; 32], added: &[u8]) -> Self {
        let mut nonces = Self { k: Zeroizing::new([0; 32]), v: Zeroizing::new([1; 32]) };
        nonces.update(&[&[0], key, hash, added]);
        nonces.update(&[&[1], key, hash, added]);
        nonces
    }

    /// The next candidate in 1..n. Whether one was passed over shows in the time; it happens once in 2^32.
    #[inline(never)]
    pub(super) fn next(&mut self) -> Zeroizing<Words> {
        loop {
            self.step();
            let candidate = Zeroizing::new(words::from_bytes(&self.v));
            let (_, below) = words::subtract(&candidate, &order::ORDER);
            if let_out(below & words::is_not_zero(&candidate)) {
                return candidate;
            }
            self.update(&[&[0]]);
        }
    }

    /// K = HMAC_K(V || parts), V = HMAC_K(V).
    fn update(&mut self, parts: &[&[u8]]) {
        *self.k = self.hmac(parts);
        self.step();
    }

    /// V = HMAC_K(V).
    fn step(&mut self) {
        *self.v = self.hmac(&[]);
    }

    /// HMAC_K(V || parts).
    #[inline(never)]
    fn hmac(&self, parts: &[&[u8]]) -> [u8; 32] {
        // A key that is shorter than a block is filled up with zeros (RFC 2104 section 2).
        let mut block = Zeroizing::new([0; 64]);
        copy(block.as_mut_slice(), self.k.as_slice());
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        mac.update(self.v.as_slice());
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}
