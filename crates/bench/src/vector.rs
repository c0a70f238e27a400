//! The widest vector of the instruction set that this program was built for: what a roof is made of.
//! The kernels have vectors of their own; these are by hand, so that a roof cannot depend on what it is there to judge.

#[cfg(target_arch = "x86_64")]
macro_rules! x86 {
    ($vector:ident, $register:ident, $lanes:literal, $set:ident, $load:ident, $add:ident, $mul:ident) => {
        use std::arch::x86_64::{$add, $load, $mul, $set, $vector};

        pub type Vector = $vector;
        pub const LANES: usize = $lanes;

        #[inline(always)]
        pub fn splat(value: f32) -> Vector {
            // SAFETY: the build has the instructions, by the cfg above; so have the functions below.
            unsafe { $set(value) }
        }

        /// # Safety
        /// `LANES` floats can be read at `from`.
        #[inline(always)]
        pub unsafe fn load(from: *const f32) -> Vector {
            // SAFETY: the caller's.
            unsafe { $load(from) }
        }

        #[inline(always)]
        pub fn add(a: Vector, b: Vector) -> Vector {
            // SAFETY: see `splat`.
            unsafe { $add(a, b) }
        }

        #[inline(always)]
        pub fn mul(a: Vector, b: Vector) -> Vector {
            // SAFETY: see `splat`.
            unsafe { $mul(a, b) }
        }

        /// The same value, of which the compiler knows nothing any more; no instruction.
        #[inline(always)]
        pub fn opaque(mut value: Vector) -> Vector {
            // SAFETY: nothing is done.
            unsafe { std::arch::asm!("/* {0} */", inout($register) value, options(nomem, nostack, preserves_flags)) };
            value
        }
    };
}

#[cfg(target_feature = "avx512f")]
x86!(__m512, zmm_reg, 16, _mm512_set1_ps, _mm512_loadu_ps, _mm512_add_ps, _mm512_mul_ps);
#[cfg(all(target_feature = "avx", not(target_feature = "avx512f")))]
x86!(__m256, ymm_reg, 8, _mm256_set1_ps, _mm256_loadu_ps, _mm256_add_ps, _mm256_mul_ps);
#[cfg(all(target_arch = "x86_64", not(target_feature = "avx")))]
x86!(__m128, xmm_reg, 4, _mm_set1_ps, _mm_loadu_ps, _mm_add_ps, _mm_mul_ps);

#[cfg(not(target_arch = "x86_64"))]
mod plain {
    //! Of four lanes, which compilers turn into one vector where there are vectors.
    pub type Vector = [f32; 4];
    pub const LANES: usize = 4;

    #[inline(always)]
    pub fn splat(value: f32) -> Vector {
        [value; 4]
    }

    /// # Safety
    /// `LANES` floats can be read at `from`.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> Vector {
        // SAFETY: the caller's.
        unsafe { from.cast::<Vector>().read_unaligned() }
    }

    #[inline(always)]
    pub fn add(a: Vector, b: Vector) -> Vector {
        std::array::from_fn(|i| a[i] + b[i])
    }

    #[inline(always)]
    pub fn mul(a: Vector, b: Vector) -> Vector {
        std::array::from_fn(|i| a[i] * b[i])
    }

    #[inline(always)]
    pub fn opaque(value: Vector) -> Vector {
        std::hint::black_box(value)
    }
}
#[cfg(not(target_arch = "x86_64"))]
pub use plain::*;
