#include "security/ed25519.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "security/base64url.hpp"

namespace souk {
namespace {

using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

void must(bool done) {
    if (!done) throw std::runtime_error("OpenSSL refuses an Ed25519 key");
}

EVP_PKEY* native(const std::shared_ptr<void>& key) { return static_cast<EVP_PKEY*>(key.get()); }

}  // namespace

Ed25519Key::Ed25519Key(std::string_view seed)
    : key_(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(seed), seed.size()),
           [](void* key) { EVP_PKEY_free(static_cast<EVP_PKEY*>(key)); }),
      public_(ed25519_seed_size, '\0') {
    must(key_ != nullptr);
    std::size_t size = public_.size();
    must(EVP_PKEY_get_raw_public_key(native(key_), reinterpret_cast<unsigned char*>(public_.data()),
                                     &size) == 1);
}

std::string Ed25519Key::sign(std::string_view text) const {
    const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    std::string signature(ed25519_signature_size, '\0');
    std::size_t size = signature.size();
    must(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, native(key_)) == 1);
    must(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                        bytes_of(text), text.size()) == 1);
    return signature;
}

bool Ed25519Key::verifies(std::string_view text, std::string_view signature) const {
    const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    must(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, native(key_)) == 1);
    return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                            text.size()) == 1;
}

std::string thumbprint(std::string_view public_bytes) {
    const auto members =
        R"({"crv":"Ed25519","kty":"OKP","x":")" + to_base64url(public_bytes) + R"("})";
    std::array<unsigned char, 32> digest{};
    unsigned size = 0;
    must(EVP_Digest(members.data(), members.size(), digest.data(), &size, EVP_sha256(), nullptr) ==
         1);
    return to_base64url({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace souk
