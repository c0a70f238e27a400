//! The declarations in a file of the edge.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    Attribute, Expr, File, FnArg, ImplItem, Item, Lit, Meta, Pat, ReceiverKind, ReturnType, Signature, Type, Visibility,
};

pub struct Module {
    pub ident: Ident,
    pub functions: Vec<Function>,
    pub classes: Vec<Class>,
    pub enums: Vec<Enum>,
    /// Functions that give a list of names: it is written into the TypeScript, and they are no exports.
    pub lists: Vec<Ident>,
}

pub struct Class {
    pub ident: Ident,
    pub docs: Vec<String>,
    pub constructor: Function,
    pub methods: Vec<Function>,
}

pub struct Enum {
    pub ident: Ident,
    pub docs: Vec<String>,
    pub variants: Vec<Ident>,
}

pub struct Function {
    pub ident: Ident,
    /// The name by which a host calls it.
    pub symbol: String,
    pub docs: Vec<String>,
    pub receiver: Receiver,
    pub arguments: Vec<(Ident, Type)>,
    pub result: Option<Type>,
    /// The struct, of a constructor.
    pub makes: Option<Ident>,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Receiver {
    None,
    Shared,
    Mutable,
}

impl Module {
    pub fn of(ident: &Ident, file: &File) -> syn::Result<Self> {
        let mut module =
            Self { ident: ident.clone(), functions: vec![], classes: vec![], enums: vec![], lists: vec![] };
        for item in &file.items {
            match item {
                Item::Fn(item) if public(&item.vis) => match &item.sig.output {
                    ReturnType::Type(_, result) if result.to_token_stream().to_string().starts_with("Vec") => {
                        module.lists.push(item.sig.ident.clone());
                    }
                    _ => module.functions.push(Function::of(&item.sig, &item.attrs, None)?),
                },
                Item::Enum(item) if public(&item.vis) => module.enums.push(Enum {
                    ident: item.ident.clone(),
                    docs: docs(&item.attrs),
                    variants: item.variants.iter().map(|variant| variant.ident.clone()).collect(),
                }),
                Item::Struct(item) if public(&item.vis) => {
                    module.classes.push(Class::of(&item.ident, &item.attrs, file)?);
                }
                _ => {}
            }
        }
        Ok(module)
    }

    /// The path of something in the module, from the crate's root.
    pub fn path(&self, item: &Ident) -> TokenStream {
        let module = &self.ident;
        quote! { crate::#module::#item }
    }
}

impl Class {
    fn of(ident: &Ident, attributes: &[Attribute], file: &File) -> syn::Result<Self> {
        let mut methods = vec![];
        for item in &file.items {
            let Item::Impl(item) = item else { continue };
            if item.trait_.is_some() || *ident != item.self_ty.to_token_stream().to_string() {
                continue;
            }
            for item in &item.items {
                if let ImplItem::Fn(item) = item
                    && public(&item.vis)
                {
                    methods.push(Function::of(&item.sig, &item.attrs, Some(ident))?);
                }
            }
        }
        let place = methods.iter().position(|method| method.receiver == Receiver::None && method.ident == "new");
        let place = place.ok_or_else(|| syn::Error::new_spanned(ident, "a class needs a public `fn new`"))?;
        let constructor = methods.remove(place);
        if let Some(method) = methods.iter().find(|method| method.receiver == Receiver::None) {
            return Err(syn::Error::new_spanned(&method.ident, "a public function of a class takes `self`"));
        }
        Ok(Self { ident: ident.clone(), docs: docs(attributes), constructor, methods })
    }
}

impl Function {
    fn of(signature: &Signature, attributes: &[Attribute], class: Option<&Ident>) -> syn::Result<Self> {
        let name = camel(&signature.ident.to_string());
        let symbol = class.map_or_else(|| name.clone(), |class| symbol(class, &name));
        let mut receiver = Receiver::None;
        let mut arguments = vec![];
        for input in &signature.inputs {
            match input {
                FnArg::Receiver(of) => {
                    receiver = match of.kind {
                        ReceiverKind::Reference(_, _, None) => Receiver::Shared,
                        ReceiverKind::Reference(_, _, Some(_)) => Receiver::Mutable,
                        _ => return Err(syn::Error::new_spanned(of, "an exported method borrows `self`")),
                    };
                }
                FnArg::Typed(of) => match &*of.pat {
                    Pat::Ident(name) => arguments.push((name.ident.clone(), (*of.ty).clone())),
                    other => return Err(syn::Error::new_spanned(other, "an argument of an export has a plain name")),
                },
            }
        }
        let result = match &signature.output {
            ReturnType::Type(_, result) => Some((**result).clone()),
            ReturnType::Default => None,
        };
        let makes = class.filter(|_| receiver == Receiver::None).cloned();
        Ok(Self { ident: signature.ident.clone(), symbol, docs: docs(attributes), receiver, arguments, result, makes })
    }

    pub fn result_type(&self) -> TokenStream {
        match (&self.makes, &self.result) {
            (Some(class), _) => quote! { Box<#class> },
            (None, Some(result)) => quote! { #result },
            (None, None) => quote! { () },
        }
    }

    /// Objects live outside of the stack.
    pub fn boxed(&self, call: TokenStream) -> TokenStream {
        if self.makes.is_some() {
            quote! { Box::new(#call) }
        } else {
            call
        }
    }

    /// A method that takes nothing and gives something is a property in TypeScript.
    pub fn is_property(&self) -> bool {
        self.receiver == Receiver::Shared && self.arguments.is_empty() && self.result.is_some()
    }
}

/// The name by which a host calls a method.
pub fn symbol(class: &Ident, method: &str) -> String {
    format!("{}_{method}", class.to_string().to_lowercase())
}

pub fn camel(snake: &str) -> String {
    let mut parts = snake.split('_');
    let first = parts.next().unwrap_or_default().to_string();
    parts.fold(first, |name, part| {
        let (head, tail) = part.split_at(part.len().min(1));
        name + &head.to_uppercase() + tail
    })
}

fn public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn docs(attributes: &[Attribute]) -> Vec<String> {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value().trim().to_string()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    lines.collect()
}
