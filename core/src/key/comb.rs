//! Signing with a scalar in memory, on arithmetic of our own: a comb of multiples of the generator.
//!
//! # Why it is here
//!
//! On a Cortex-M4 it takes a fourteenth of the instructions of `p256`, in half of the flash. It is opt-in until somebody from
//! outside has reviewed it.
//!
//! # How it works
//!
//! * The nonce is that of RFC 6979, with the same bits as from `p256`.
//! * k G by a comb with digits of 1 and -1 (Hamburg, "Fast and compact elliptic-curve cryptography", section 3.3): k becomes
//!   the sum of d_i 2^i with d_i = ±1, which is (k + 2^m - 1) / 2 modulo n in bits; each row of the comb takes one point
//!   of the table with a sign. The table is made by the compiler from the generator; a test compares it with `p256`.
//! * Points are added and doubled by the complete formulas of Renes, Costello and Batina ("Complete addition formulas for
//!   prime order elliptic curves", algorithms 5 and 6), which hold for every pair of points of a curve of prime order, as
//!   P-256 is: no scalar can hit an exception, because there is none. The only condition is that the second point of
//!   algorithm 5 is not the one at infinity, and none in the table is: each is a power of two
//!   times an odd number that is below n, and n is a prime.
//! * The field is in Montgomery's form, 8 words of 32 bits or 4 of 64, each element below p. With the feature `comb-arm` it is in
//!   assembly on Arm Cortex-M with UMAAL (M4, M7, M33 with DSP), by the crate `jurat-comb-arm`, and a signature takes less than half of
//!   the instructions. The compiler cannot call that while it makes the table, so the formulas are there for two fields.
//! * 1/k and 1/z by division steps in constant time (Bernstein and Yang, "Fast constant-time gcd computation and modular
//!   inversion", in the variant with half steps, for which 590 are enough).
//!
//! # What is secret, and where it can show
//!
//! Key and nonce go through no branch, no index and no division. The whole table is read for each digit. Two things are let
//! out: whether a candidate for the nonce is in 1..n, of which one in 2^32 is not, and r and s, which are the signature.
//! The compiler promises none of this: what it made is checked (see the tests). On a Cortex-M3, the multiplication itself
//! takes longer for some numbers than for others: nothing in a program helps against that.
//!
//! What has not been proven is that the arithmetic is right: it was compared, not verified. The assembly is compared with the
//! arithmetic in Rust on an emulated Cortex-M4 and M33.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    reason = "words of numbers, in functions that have to be const: each sum says why it fits, each index is constant or masked"
)]

#[cfg(all(feature = "comb-arm", target_arch = "arm"))]
mod fast;
mod field;
mod inverse;
mod nonce;
mod order;
mod point;
mod table;
#[cfg(test)]
mod tests;
mod words;

use core::convert::Infallible;

use zeroize::Zeroizing;

use super::generate::{is_below_order, is_constant};
use super::public::PublicKey;
use super::signature::Es256Signature;
use super::signer::{Es256Signer, ToBeSigned};
use crate::encoding::output::copy;
use crate::error::{Argument, Cause, Error};
#[cfg(all(feature = "comb-arm", target_arch = "arm"))]
use fast::Fast;
#[cfg(not(all(feature = "comb-arm", target_arch = "arm")))]
use field::Field as Fast;
use inverse::Modulus;
use nonce::Nonces;
use point::{Affine, Point};
use table::{COMBS, POINTS, SPACING, TEETH};
use words::Words;

/// A P-256 private key held in memory, signing deterministically (RFC 6979, SHA-256), as
/// [`SoftwareSigner`](crate::SoftwareSigner) does, in a fraction of its time and flash.
///
/// It signs with arithmetic that is this crate's own and that nobody from outside has reviewed yet; the features `comb-2k`
/// and `comb-8k` change the size of its table, which has 4 KB, and `comb-arm` takes its field from assembly, for Arm Cortex-M
/// with UMAAL.
///
/// The scalar is wiped when this is dropped. What Rust cannot promise: copies that the compiler made on the stack while
/// moving or using it. So build it where it stays.
///
/// ```
/// use jurat_core::{Cause, CombSigner};
/// // The test key of RFC 7515 appendix A.3: published, so never for use.
/// let scalar = [
///     0x8e, 0x9b, 0x10, 0x9e, 0x71, 0x90, 0x98, 0xbf, 0x98, 0x04, 0x87, 0xdf, 0x1f, 0x5d, 0x77, 0xe9,
///     0xcb, 0x29, 0x60, 0x6e, 0xbe, 0xd2, 0x26, 0x3b, 0x5f, 0x57, 0xc2, 0x13, 0xdf, 0x84, 0xf4, 0xb2,
/// ];
/// let signer = CombSigner::from_scalar(&scalar)?;
/// assert_eq!(signer.public_key()?.thumbprint().as_str(), "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
/// let signature = signer.sign_hash(&[0x5a; 32]);
/// assert_eq!(signature.as_bytes().len(), 64);
/// assert_eq!(CombSigner::from_scalar(&[0; 32]).unwrap_err().cause(), Cause::ZeroKey);
/// # Ok::<(), jurat_core::Error>(())
/// ```
pub struct CombSigner {
    d: Zeroizing<[u8; 32]>,
}

impl CombSigner {
    /// The private scalar d, 32 bytes, big-endian. The caller's copy is the caller's to wipe.
    ///
    /// # Errors
    /// [`Cause::ZeroKey`] when d is 0, [`Cause::KeyTooLarge`] when it is not below the order of P-256.
    pub fn from_scalar(d: &[u8; 32]) -> Result<Self, Error> {
        if d.iter().fold(0, |all, byte| all | byte) == 0 {
            Err(Error::new(Cause::ZeroKey, Argument::Key))
        } else if is_below_order(d) {
            Ok(Self { d: Zeroizing::new(*d) })
        } else {
            Err(Error::new(Cause::KeyTooLarge, Argument::Key))
        }
    }

    /// The public half. This costs about as much as a signature.
    ///
    /// # Errors
    /// None for a key in 1..n; the type of a public key allows for one.
    pub fn public_key(&self) -> Result<PublicKey, Error> {
        let d = Zeroizing::new(words::from_bytes(&self.d));
        let (x, y) = multiply(&d).coordinates();
        PublicKey::from_coordinates(&words::to_bytes(&x), &words::to_bytes(&y))
    }

    /// Signs a SHA-256 hash, 32 bytes. For tests and other protocols; assertions use [`Es256Signer`].
    #[must_use]
    pub fn sign_hash(&self, hash: &[u8; 32]) -> Es256Signature {
        self.sign_hash_with(hash, &[])
    }

    /// The same with entropy added to the nonce (RFC 6979 section 3.6), as
    /// [`SoftwareSigner::sign_hash_hedged`](crate::SoftwareSigner::sign_hash_hedged) does it.
    #[must_use]
    pub fn sign_hash_hedged(&self, hash: &[u8; 32], entropy: &[u8; 32]) -> Es256Signature {
        if is_constant(entropy) { self.sign_hash(hash) } else { self.sign_hash_with(hash, entropy) }
    }

    fn sign_hash_with(&self, hash: &[u8; 32], added: &[u8]) -> Es256Signature {
        // SHA-256 is below twice n.
        let hash = words::below(&words::from_bytes(hash), 0, &order::ORDER);
        let d = Zeroizing::new(words::from_bytes(&self.d));
        let mut nonces = Nonces::new(&self.d, &words::to_bytes(&hash), added);
        loop {
            let k = nonces.next();
            let (x, _) = multiply(&k).coordinates();
            // p is below twice n.
            let r = words::below(&x, 0, &order::ORDER);
            let sum = Zeroizing::new(words::add_modulo(&order::multiply(&r, &d), &hash, &order::ORDER));
            let s = order::multiply(&Zeroizing::new(GROUP.invert(&k)), &sum);
            // One in 2^255 is none (SEC 1 section 4.1.3).
            if let_out(words::is_not_zero(&r) & words::is_not_zero(&s)) {
                let mut bytes = [0; 64];
                copy(&mut bytes, words::to_bytes(&r).iter().chain(&words::to_bytes(&s)));
                return Es256Signature::from_scalars(bytes);
            }
        }
    }
}

impl Es256Signer for CombSigner {
    type Error = Infallible;

    fn sign(&mut self, input: &ToBeSigned<'_>) -> Result<Es256Signature, Infallible> {
        Ok(self.sign_hash(&input.hash()))
    }
}

impl core::fmt::Debug for CombSigner {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("CombSigner(..)")
    }
}

/// Whether `secret`, which is 0 or 1, is 1. What is secret becomes public here, and nowhere else: by the branches of this
/// loop, which is the one place where a checker of constant time has to look away.
#[inline(never)]
fn let_out(secret: u32) -> bool {
    let mut public = 0;
    while core::hint::black_box(public) != secret {
        public += 1;
    }
    public == 1
}

static GROUP: Modulus = Modulus::new(&order::ORDER);

/// 2^m - 1 modulo n, for the m digits of a scalar.
const ALL_ONES: Words = {
    const ONE: Words = [1, 0, 0, 0, 0, 0, 0, 0];
    let mut power = ONE;
    let mut i = 0;
    while i < COMBS * TEETH * SPACING {
        power = words::add_modulo(&power, &power, &order::ORDER);
        i += 1;
    }
    words::subtract_modulo(&power, &ONE, &order::ORDER)
};

/// k G, for k in 1..n.
// What this needs of the stack is not needed by what follows.
#[inline(never)]
fn multiply(k: &Words) -> Point {
    // With digits d_i = 2 b_i - 1, k is the sum of 2 b_i 2^i less 2^m - 1: the b_i are the bits of half of k + 2^m - 1.
    let bits = Zeroizing::new(order::half(&words::add_modulo(k, &ALL_ONES, &order::ORDER)));
    let mut sum = Point::from_affine(&digit(&bits, SPACING - 1, 0));
    for comb in 1..COMBS {
        sum.add(&digit(&bits, SPACING - 1, comb));
    }
    for row in (0..SPACING - 1).rev() {
        sum.double();
        for comb in 0..COMBS {
            sum.add(&digit(&bits, row, comb));
        }
    }
    sum
}

/// The point that one row of one comb stands for.
#[inline(never)]
fn digit(bits: &Words, row: usize, comb: usize) -> Affine {
    let mut teeth = 0;
    for tooth in (0..TEETH).rev() {
        let bit = row + SPACING * (comb * TEETH + tooth);
        // The digits behind the 256th are all -1.
        let word = bits.get(bit / 32).copied().unwrap_or(0);
        teeth = teeth << 1 | word >> (bit % 32) & 1;
    }
    // The highest tooth is the sign: with -1, all others have the other sign, too.
    let negative = (teeth >> (TEETH - 1)).wrapping_sub(1);
    let index = (teeth ^ negative) & (POINTS as u32 - 1);
    let mut point = table::select(comb, index);
    point.y.negate_if(negative);
    point
}
