//! The transcendental functions that a schedule may use: libm's, so that every host rounds them alike.


pub fn exact_cos(x: f64) -> f64 {
    kestirme_kernels::exact::cos(x)
}

pub fn exact_pow(base: f64, exponent: f64) -> f64 {
    kestirme_kernels::exact::pow(base, exponent)
}

pub fn exact_exp(x: f64) -> f64 {
    kestirme_kernels::exact::exp(x)
}

pub fn exact_log(x: f64) -> f64 {
    kestirme_kernels::exact::log(x)
}
