//! Division steps.

use core::arch::asm;

/// 30 division steps (Bernstein and Yang, the variant with half steps) on the lowest words of f and g: what became of `zeta`, and
/// the factors u, v, q and r, by which 2^30 f is u f + v g, and 2^30 g is q f + r g.
#[inline]
#[must_use]
pub fn divide(mut zeta: i32, f: u32, g: u32) -> (i32, [i32; 4]) {
    let (mut u, mut v, mut q, mut r) = (1, 0, 0, 1);
    // SAFETY: registers alone, all of them named.
    unsafe {
        asm!(
            "2:",
            ".rept 3",
            // All ones, if g is odd.
            "sbfx {swap}, {g}, #0, #1",
            // By what f is added to g: -1 if zeta is below 0 and 1 otherwise, but 0 if g is even.
            "orr {times}, {one}, {zeta}, asr #31",
            "and {times}, {times}, {swap}",
            // All ones, if g is odd and zeta below 0.
            "and {swap}, {swap}, {zeta}, asr #31",
            "mla {g}, {f}, {times}, {g}",
            "mla {q}, {u}, {times}, {q}",
            "mla {r}, {v}, {times}, {r}",
            "mls {f}, {g}, {swap}, {f}",
            "mls {u}, {q}, {swap}, {u}",
            "mls {v}, {r}, {swap}, {v}",
            "eor {zeta}, {zeta}, {swap}",
            "sub {zeta}, {zeta}, #1",
            "lsr {g}, {g}, #1",
            "lsl {u}, {u}, #1",
            "lsl {v}, {v}, #1",
            ".endr",
            "subs {count}, {count}, #1",
            "bne 2b",
            zeta = inout(reg) zeta,
            f = inout(reg) f => _,
            g = inout(reg) g => _,
            u = inout(reg) u,
            v = inout(reg) v,
            q = inout(reg) q,
            r = inout(reg) r,
            one = in(reg) 1,
            count = inout(reg) 10 => _,
            swap = out(reg) _,
            times = out(reg) _,
            options(pure, nomem, nostack),
        );
    }
    (zeta, [u, v, q, r])
}
