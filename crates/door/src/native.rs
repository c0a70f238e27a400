//! The exports for a native host: each takes numbers, as JavaScript has them, and gives one.

use crate::parse::{Class, Function, Module, symbol};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

pub fn exports(modules: &[Module]) -> TokenStream {
    let enums = modules.iter().flat_map(|module| module.enums.iter().map(|of| (module.path(&of.ident), &of.variants)));
    let enums = enums.map(|(path, variants)| {
        quote! {
            impl crate::number::Argument for #path {
                type Raw = u32;

                fn from_raw(raw: u32) -> Self {
                    [#(Self::#variants),*][raw as usize]
                }

                fn from_number(number: f64) -> Self {
                    Self::from_raw(u32::from_number(number))
                }
            }
        }
    });
    let of_modules = modules.iter().map(of_module);
    quote! {
        #(#enums)*

        /// A function under the name by which hosts call it, for a `host::Host` to call.
        #[cfg(not(target_family = "wasm"))]
        #[derive(Clone)]
        pub struct Export {
            pub name: &'static str,
            /// It frees an object.
            pub frees: bool,
            pub(crate) call: fn(&[f64]) -> f64,
        }

        /// Every function, as a function of numbers.
        #[cfg(not(target_family = "wasm"))]
        pub fn exports() -> Vec<Export> {
            #[allow(unused_imports)]
            use crate::number::{Argument, Outcome};
            [#(#of_modules),*].concat()
        }
    }
}

fn of_module(module: &Module) -> TokenStream {
    let file = &module.ident;
    let functions = module.functions.iter().map(|function| {
        let ident = &function.ident;
        export(function, &quote! { crate::#file::#ident })
    });
    let classes = module.classes.iter().flat_map(|class| of_class(module, class));
    quote! {{
        #[allow(unused_imports)]
        use crate::#file::*;
        vec![#(#functions,)* #(#classes,)*]
    }}
}

fn of_class(module: &Module, class: &Class) -> Vec<TokenStream> {
    let path = module.path(&class.ident);
    let free = symbol(&class.ident, "free");
    let wrong = format!("{free} takes 1 numbers");
    let free = quote! {
        Export {
            name: #free,
            frees: true,
            call: |numbers| {
                let [this] = *numbers else { panic!(#wrong) };
                crate::objects::free::<#path>(this);
                0.0
            },
        }
    };
    let of = |function: &Function| {
        let ident = &function.ident;
        export(function, &quote! { #path::#ident })
    };
    let methods = class.methods.iter().map(|method| {
        let ident = &method.ident;
        export_of(method, &quote! { #path::#ident }, Some(&path))
    });
    [of(&class.constructor), free].into_iter().chain(methods).collect()
}

fn export(function: &Function, path: &TokenStream) -> TokenStream {
    export_of(function, path, None)
}

/// `object`: the class of a method.
fn export_of(function: &Function, path: &TokenStream, object: Option<&TokenStream>) -> TokenStream {
    let name = &function.symbol;
    let (names, types): (Vec<_>, Vec<_>) = function.arguments.iter().cloned().unzip();
    let count = names.len() + usize::from(object.is_some());
    let wrong = format!("{name} takes {count} numbers");
    let sizes = function.arguments.iter().filter(|(_, kind)| kind.to_token_stream().to_string() == "usize");
    let sizes = sizes.map(|(name, _)| name);
    let values = quote! { #(<#types as Argument>::from_number(#names)),* };
    let (this, call) = match object {
        Some(class) => {
            let call = quote! { crate::objects::with::<#class, _>(this, |object| #path(object, #values)) };
            (quote! { this, }, call)
        }
        None => (quote! {}, function.boxed(quote! { #path(#values) })),
    };
    quote! {
        Export {
            name: #name,
            frees: false,
            call: |numbers| {
                let [#this #(#names),*] = *numbers else { panic!(#wrong) };
                crate::number::require_sizes(&[#(#sizes),*]);
                Outcome::into_number(#call)
            },
        }
    }
}
