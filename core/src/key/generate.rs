//! New keys from the caller's random bytes.

use super::signature::ORDER;
use crate::error::{Argument, Cause, Error};

/// Bytes of a P-256 private key, and of one attempt to find one.
const KEY_SIZE: usize = 32;

/// Makes a private key: the first 32 of the `random` bytes that are a number in 1..n of P-256 (FIPS 186-5 appendix A.2.2,
/// rejection sampling).
///
/// One attempt in 2^32 is rejected, so 64 bytes from a cryptographic random source are plenty. The key is written to `d`,
/// big-endian, and to nowhere else; wiping `random` and `d` is the caller's.
///
/// # Errors
/// About [`Argument::Random`], with `d` zeroed and never a fallback: [`Cause::NotRandom`] when 32 bytes are all equal,
/// [`Cause::OutOfRandom`] when there are no 32 bytes left to try.
///
/// ```
/// let random = [0x5a, 0x17, 0x03]; // from the device's random source: far too few
/// let mut d = [0; 32];
/// let error = jurat_core::generate_key(&random, &mut d).unwrap_err();
/// assert_eq!(error.cause(), jurat_core::Cause::OutOfRandom);
/// ```
pub fn generate_key(random: &[u8], d: &mut [u8; 32]) -> Result<(), Error> {
    d.fill(0);
    let (attempts, _too_few) = random.as_chunks::<KEY_SIZE>();
    for attempt in attempts {
        if is_constant(attempt) {
            return Err(Error::new(Cause::NotRandom, Argument::Random));
        }
        if is_below_order(attempt) {
            *d = *attempt;
            return Ok(());
        }
    }
    Err(Error::new(Cause::OutOfRandom, Argument::Random))
}

/// Whether all bytes are the same: nothing random was ever written there.
pub(crate) fn is_constant(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| Some(byte) == bytes.first())
}

/// Whether a number is below the order, by the borrow of a whole subtraction: where the first difference is would tell
/// something of the key.
pub(super) fn is_below_order(number: &[u8; KEY_SIZE]) -> bool {
    let borrow = number.iter().zip(&ORDER).rev().fold(0, |borrow, (byte, order)| {
        // To the compiler it could be anything: it makes no branch of it.
        core::hint::black_box(u32::from(*byte).wrapping_sub(u32::from(*order)).wrapping_sub(borrow) >> 31)
    });
    borrow == 1
}

#[cfg(test)]
mod tests {
    use super::{ORDER, generate_key};
    use crate::error::{Argument, Cause};

    fn generated(random: &[u8]) -> Result<[u8; 32], Cause> {
        let mut d = [0xaa; 32];
        match generate_key(random, &mut d) {
            Ok(()) => Ok(d),
            Err(error) => {
                assert_eq!((error.argument(), d), (Argument::Random, [0; 32]));
                Err(error.cause())
            }
        }
    }

    #[test]
    fn what_is_not_below_the_order_is_passed_over() {
        let good: [u8; 32] = core::array::from_fn(|index| u8::try_from(index).unwrap());
        let mut largest = ORDER;
        largest[31] -= 1;
        let mut above = ORDER;
        above[31] += 1;
        let mut high = [0xff; 32];
        high[31] = 0xfe;
        assert_eq!(generated(&good), Ok(good));
        assert_eq!(generated(&largest), Ok(largest));
        for rejected in [ORDER, above, high] {
            assert_eq!(generated(&rejected), Err(Cause::OutOfRandom));
            assert_eq!(generated(&[rejected, good].concat()), Ok(good));
        }
        assert_eq!(generated(&[ORDER, high].concat()), Err(Cause::OutOfRandom));
    }

    #[test]
    fn every_byte_counts_in_the_comparison() {
        for index in 0..32 {
            let (mut below, mut above) = (ORDER, ORDER);
            if let Some(byte) = below[index].checked_sub(1) {
                below[index] = byte;
                assert_eq!(generated(&below), Ok(below), "{index}");
            }
            if let Some(byte) = above[index].checked_add(1) {
                above[index] = byte;
                assert_eq!(generated(&above), Err(Cause::OutOfRandom), "{index}");
            }
        }
    }

    #[test]
    fn too_few_and_constant_bytes_are_errors() {
        assert_eq!(generated(&[]), Err(Cause::OutOfRandom));
        let few: [u8; 31] = core::array::from_fn(|index| u8::try_from(index).unwrap());
        assert_eq!(generated(&few), Err(Cause::OutOfRandom));
        for byte in [0, 1, 0xff] {
            assert_eq!(generated(&[byte; 64]), Err(Cause::NotRandom));
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn what_comes_out_is_a_key() {
        let mut random = [0_u8; 64];
        for round in 0..100 {
            random
                .iter_mut()
                .zip(1_u8..)
                .for_each(|(byte, add)| *byte = byte.wrapping_mul(31).wrapping_add(add ^ round));
            assert!(crate::SoftwareSigner::from_scalar(&generated(&random).unwrap()).is_ok());
        }
    }
}
