#include "security/xaes_gcm.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

namespace souk {
namespace {

constexpr std::size_t block_size = 16;
constexpr std::size_t derivation_bytes = 12;  // of the nonce; the rest is GCM's own
constexpr std::size_t nonces_at_once = 64;

using Block = std::array<unsigned char, block_size>;

void must(bool done) {
    if (!done) throw std::runtime_error("OpenSSL does not do what it should");
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
int length_of(std::string_view text) { return static_cast<int>(text.size()); }

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

Cipher new_cipher() {
    Cipher cipher(EVP_CIPHER_CTX_new());
    must(cipher != nullptr);
    return cipher;
}

/// AES-CMAC's first subkey: the key's encryption of zero, doubled in GF(2^128).
Block doubled(const Block& block) {
    Block result{};
    unsigned carry = 0U;
    for (std::size_t i = block_size; i-- > 0;) {
        result[i] = static_cast<unsigned char>((unsigned{block[i]} << 1U) | carry);
        carry = unsigned{block[i]} >> 7U;
    }
    if (carry != 0) result[block_size - 1] ^= 0x87U;
    return result;
}

/// Making and keying contexts costs more than sealing a line: each thread keeps its own.
class Engine {
public:
    Engine() : block_cipher_(new_cipher()), encryption_(new_cipher()), decryption_(new_cipher()) {
        must(EVP_EncryptInit_ex(encryption_.get(), EVP_aes_256_gcm(), nullptr, nullptr, nullptr) ==
             1);
        must(EVP_DecryptInit_ex(decryption_.get(), EVP_aes_256_gcm(), nullptr, nullptr, nullptr) ==
             1);
    }
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    ~Engine() {
        OPENSSL_cleanse(key_.data(), key_.size());
        OPENSSL_cleanse(subkey_.data(), subkey_.size());
    }

    std::string seal(const SealingKey& key, std::string_view nonce, std::string_view context,
                     std::string_view text) {
        auto* cipher = encryption_.get();
        const auto derived = derive(key, nonce);
        must(EVP_EncryptInit_ex(cipher, nullptr, nullptr, derived.data(),
                                bytes_of(nonce.substr(derivation_bytes))) == 1);
        std::string sealed(text.size() + xaes_tag_size, '\0');
        int written = 0;
        must(EVP_EncryptUpdate(cipher, nullptr, &written, bytes_of(context), length_of(context)) ==
             1);
        // Without a text OpenSSL would take this for the end.
        must(text.empty() || EVP_EncryptUpdate(cipher, bytes_of(sealed), &written, bytes_of(text),
                                               length_of(text)) == 1);
        must(EVP_EncryptFinal_ex(cipher, nullptr, &written) == 1);
        must(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, xaes_tag_size,
                                 sealed.data() + text.size()) == 1);
        return sealed;
    }

    std::optional<std::string> open(const SealingKey& key, std::string_view nonce,
                                    std::string_view context, std::string_view sealed) {
        auto* cipher = decryption_.get();
        const auto hidden = sealed.substr(0, sealed.size() - xaes_tag_size);
        std::string tag{sealed.substr(hidden.size())};
        const auto derived = derive(key, nonce);
        must(EVP_DecryptInit_ex(cipher, nullptr, nullptr, derived.data(),
                                bytes_of(nonce.substr(derivation_bytes))) == 1);
        std::string text(hidden.size(), '\0');
        int written = 0;
        must(EVP_DecryptUpdate(cipher, nullptr, &written, bytes_of(context), length_of(context)) ==
             1);
        must(hidden.empty() || EVP_DecryptUpdate(cipher, bytes_of(text), &written, bytes_of(hidden),
                                                 length_of(hidden)) == 1);
        must(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, xaes_tag_size, tag.data()) == 1);
        if (EVP_DecryptFinal_ex(cipher, nullptr, &written) != 1) return std::nullopt;
        return text;
    }

private:
    SealingKey derive(const SealingKey& key, std::string_view nonce) {
        take(key);
        std::array<unsigned char, 2 * block_size> blocks{};
        for (std::size_t i = 0; i < 2; ++i) {
            auto* block = blocks.data() + i * block_size;
            block[1] = static_cast<unsigned char>(i + 1);
            block[2] = 'X';
            std::ranges::copy(nonce.substr(0, derivation_bytes), block + 4);
            for (std::size_t at = 0; at < block_size; ++at) block[at] ^= subkey_[at];
        }
        SealingKey derived{};
        encrypt(blocks.data(), blocks.size(), derived.data());
        return derived;
    }

    /// The same key comes again and again, but for the time of a rotation.
    void take(const SealingKey& key) {
        if (keyed_ && CRYPTO_memcmp(key.data(), key_.data(), key.size()) == 0) return;
        keyed_ = false;
        must(EVP_EncryptInit_ex(block_cipher_.get(), EVP_aes_256_ecb(), nullptr, key.data(),
                                nullptr) == 1);
        must(EVP_CIPHER_CTX_set_padding(block_cipher_.get(), 0) == 1);
        key_ = key;
        Block zero{};
        Block encrypted{};
        encrypt(zero.data(), zero.size(), encrypted.data());
        subkey_ = doubled(encrypted);
        keyed_ = true;
    }

    void encrypt(const unsigned char* from, std::size_t size, unsigned char* to) {
        int written = 0;
        must(EVP_EncryptUpdate(block_cipher_.get(), to, &written, from, static_cast<int>(size)) ==
             1);
        must(static_cast<std::size_t>(written) == size);
    }

    Cipher block_cipher_;
    Cipher encryption_;
    Cipher decryption_;
    SealingKey key_{};
    Block subkey_{};
    bool keyed_{false};
};

Engine& engine() {
    thread_local Engine one;
    return one;
}

}  // namespace

std::string xaes_seal(const SealingKey& key, std::string_view nonce, std::string_view context,
                      std::string_view text) {
    must(nonce.size() == xaes_nonce_size);
    return engine().seal(key, nonce, context, text);
}

std::optional<std::string> xaes_open(const SealingKey& key, std::string_view nonce,
                                     std::string_view context, std::string_view sealed) {
    if (nonce.size() != xaes_nonce_size || sealed.size() < xaes_tag_size) return std::nullopt;
    return engine().open(key, nonce, context, sealed);
}

std::string xaes_nonce() {
    thread_local std::string supply;
    if (supply.empty()) supply = random_bytes(nonces_at_once * xaes_nonce_size);
    const auto rest = supply.size() - xaes_nonce_size;
    auto nonce = supply.substr(rest);
    supply.resize(rest);
    return nonce;
}

}  // namespace souk
