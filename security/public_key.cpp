#include "security/public_key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <string>

namespace souk {
namespace {

constexpr int min_rsa_bits = 2'048;
constexpr std::size_t max_rsa_bytes = 1'024;  // 8192 bits: larger ones cost too much to check
constexpr std::size_t max_exponent_bytes = 4;
constexpr std::size_t coordinate_size = 32;
constexpr std::size_t ed25519_size = 32;

template <class T, void (*release)(T*)>
struct Release {
    void operator()(T* owned) const { release(owned); }
};
template <class T, void (*release)(T*)>
using Owned = std::unique_ptr<T, Release<T, release>>;

using Number = Owned<BIGNUM, BN_free>;
using Builder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Parameters = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using EcSignature = Owned<ECDSA_SIG, ECDSA_SIG_free>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Number number_of(std::string_view bytes) {
    return Number{BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr)};
}

/// What OpenSSL found wrong is of no use to anybody, and must not wait for the next who asks.
void forget_errors() { ERR_clear_error(); }

std::shared_ptr<void> key_from(const char* type, OSSL_PARAM_BLD* builder) {
    const Parameters parameters{OSSL_PARAM_BLD_to_param(builder)};
    const KeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
    EVP_PKEY* key = nullptr;
    const bool made =
        parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1;
    std::shared_ptr<void> owned(key, [](void* one) { EVP_PKEY_free(static_cast<EVP_PKEY*>(one)); });
    const KeyContext check{made ? EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr) : nullptr};
    const bool sound = check && EVP_PKEY_public_check(check.get()) == 1;
    forget_errors();
    return sound ? owned : nullptr;
}

/// Both halves of an ES256 signature as the structure that OpenSSL reads. Empty when it is none.
std::string der_of(std::string_view signature) {
    if (signature.size() != 2 * coordinate_size) return {};
    const EcSignature both{ECDSA_SIG_new()};
    auto r = number_of(signature.substr(0, coordinate_size));
    auto s = number_of(signature.substr(coordinate_size));
    if (!both || !r || !s || ECDSA_SIG_set0(both.get(), r.get(), s.get()) != 1) return {};
    static_cast<void>(r.release());
    static_cast<void>(s.release());
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(both.get(), &der);
    if (size <= 0) return {};
    std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return text;
}

}  // namespace

std::string_view to_text(SignatureAlgorithm algorithm) {
    switch (algorithm) {
        case SignatureAlgorithm::rs256:
            return "RS256";
        case SignatureAlgorithm::es256:
            return "ES256";
        case SignatureAlgorithm::eddsa:
            return "EdDSA";
    }
    return {};
}

std::optional<PublicKey> PublicKey::rsa(std::string_view modulus, std::string_view exponent) {
    if (modulus.size() > max_rsa_bytes || exponent.empty() || exponent.size() > max_exponent_bytes)
        return std::nullopt;
    const auto n = number_of(modulus);
    const auto e = number_of(exponent);
    const Builder builder{OSSL_PARAM_BLD_new()};
    if (!n || !e || !builder || BN_num_bits(n.get()) < min_rsa_bits) return std::nullopt;
    if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
        return std::nullopt;
    auto key = key_from("RSA", builder.get());
    if (!key) return std::nullopt;
    return PublicKey{std::move(key), SignatureAlgorithm::rs256};
}

std::optional<PublicKey> PublicKey::p256(std::string_view x, std::string_view y) {
    if (x.size() != coordinate_size || y.size() != coordinate_size) return std::nullopt;
    constexpr char uncompressed = 4;
    const auto point = std::string{uncompressed}.append(x).append(y);
    const Builder builder{OSSL_PARAM_BLD_new()};
    if (!builder ||
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1",
                                        0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) != 1)
        return std::nullopt;
    auto key = key_from("EC", builder.get());
    if (!key) return std::nullopt;
    return PublicKey{std::move(key), SignatureAlgorithm::es256};
}

std::optional<PublicKey> PublicKey::ed25519(std::string_view x) {
    if (x.size() != ed25519_size) return std::nullopt;
    std::shared_ptr<void> key(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(x), x.size()),
        [](void* one) { EVP_PKEY_free(static_cast<EVP_PKEY*>(one)); });
    forget_errors();
    if (!key) return std::nullopt;
    return PublicKey{std::move(key), SignatureAlgorithm::eddsa};
}

bool PublicKey::verifies(std::string_view text, std::string_view signature) const {
    const DigestContext context{EVP_MD_CTX_new()};
    const auto der =
        algorithm_ == SignatureAlgorithm::es256 ? der_of(signature) : std::string{signature};
    const auto* digest = algorithm_ == SignatureAlgorithm::eddsa ? nullptr : EVP_sha256();
    const bool good = context && !der.empty() &&
                      EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr,
                                           static_cast<EVP_PKEY*>(key_.get())) == 1 &&
                      EVP_DigestVerify(context.get(), bytes_of(der), der.size(), bytes_of(text),
                                       text.size()) == 1;
    forget_errors();
    return good;
}

}  // namespace souk
