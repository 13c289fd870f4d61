#include "security/cipher.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <memory>
#include <stdexcept>

#include "security/base64url.hpp"

namespace souk {
namespace {

constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
int length_of(std::string_view text) { return static_cast<int>(text.size()); }

void must(bool done) {
    if (!done) throw std::runtime_error("OpenSSL does not do what it should");
}

}  // namespace

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    must(RAND_bytes(bytes_of(bytes), static_cast<int>(count)) == 1);
    return bytes;
}

std::string new_secret() { return to_base64url(random_bytes(32)); }

SealingKey sealing_key(std::string_view secret, std::string_view purpose) {
    const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> algorithm(
        EVP_KDF_fetch(nullptr, "HKDF", nullptr), &EVP_KDF_free);
    must(algorithm != nullptr);
    const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(
        EVP_KDF_CTX_new(algorithm.get()), &EVP_KDF_CTX_free);
    std::string digest = "SHA256";
    std::string input{secret};
    std::string info{purpose};
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, input.data(), input.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
        OSSL_PARAM_construct_end()};
    SealingKey key{};
    must(EVP_KDF_derive(context.get(), key.data(), key.size(), parameters) == 1);
    return key;
}

std::string keyed_hash(const SealingKey& key, std::string_view text) {
    std::string hash(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    must(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
              bytes_of(hash), &size) != nullptr);
    hash.resize(size);
    return hash;
}

std::string seal(const SealingKey& key, std::string_view place, std::string_view text) {
    const Cipher cipher(EVP_CIPHER_CTX_new());
    const auto nonce = random_bytes(nonce_size);
    std::string hidden(text.size(), '\0');
    std::string tag(tag_size, '\0');
    int written = 0;
    must(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(),
                            bytes_of(std::string_view{nonce})) == 1);
    must(EVP_EncryptUpdate(cipher.get(), nullptr, &written, bytes_of(place), length_of(place)) ==
         1);
    must(EVP_EncryptUpdate(cipher.get(), bytes_of(hidden), &written, bytes_of(text),
                           length_of(text)) == 1);
    must(EVP_EncryptFinal_ex(cipher.get(), nullptr, &written) == 1);
    must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_size, tag.data()) == 1);
    return to_base64url(nonce + hidden + tag);
}

std::optional<std::string> unseal(const SealingKey& key, std::string_view place,
                                  std::string_view sealed) {
    const auto packed = from_base64url(sealed);
    if (!packed || packed->size() < nonce_size + tag_size) return std::nullopt;
    const std::string_view whole = *packed;
    const auto hidden = whole.substr(nonce_size, whole.size() - nonce_size - tag_size);
    std::string tag{whole.substr(whole.size() - tag_size)};
    const Cipher cipher(EVP_CIPHER_CTX_new());
    std::string text(hidden.size(), '\0');
    int written = 0;
    must(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(),
                            bytes_of(whole)) == 1);
    must(EVP_DecryptUpdate(cipher.get(), nullptr, &written, bytes_of(place), length_of(place)) ==
         1);
    must(EVP_DecryptUpdate(cipher.get(), bytes_of(text), &written, bytes_of(hidden),
                           length_of(hidden)) == 1);
    must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()) == 1);
    if (EVP_DecryptFinal_ex(cipher.get(), nullptr, &written) != 1) return std::nullopt;
    return text;
}

}  // namespace souk
